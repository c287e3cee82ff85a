#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace starling::wallet {

// What a local testnet keeps about itself between commands: testnet.json in its folder.
struct TestnetFile {
    struct Node {
        std::uint16_t p2p_port = 0;
        std::uint16_t rpc_port = 0;
        int pid = 0;          // 0: never started
        std::string node_id;  // its own, known once it has run; names it to the others
    };
    std::vector<Node> nodes;             // number 1 first
    std::string miner = "interval=10s";  // "interval=TIME", "on-tx" or "off"
    std::vector<std::set<int>> sides;    // of a partition; empty: all are joined
};

// Nothing if there is no testnet in the folder; CommandFailure if its file cannot be read.
std::optional<TestnetFile> load_testnet(const std::filesystem::path& folder);
void save_testnet(const std::filesystem::path& folder, const TestnetFile& testnet);

// "1,2 3,4,5" as words: each a side; every node must stand in exactly one of them.
std::vector<std::set<int>> parse_sides(const std::vector<std::string>& words, std::size_t nodes);
// May the two nodes be connected?
bool joined(const TestnetFile& testnet, int a, int b);
// The flags of starlingd for a miner setting; CommandFailure for one that is none of the three.
std::vector<std::string> miner_flags(const std::string& miner, const std::string& address);

}  // namespace starling::wallet
