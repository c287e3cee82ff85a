#include "wallet-cli/testnet/testnet_file.h"

#include "node/rpc/json_writer.h"
#include "wallet-cli/failure.h"
#include "wallet-cli/json_fields.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>

namespace starling::wallet {

namespace {

constexpr const char* kFile = "testnet.json";

TestnetFile testnet_from(const rpc::JsonValue& json) {
    TestnetFile testnet;
    testnet.miner = text_field(json, "miner");
    for (const rpc::JsonValue& node : array_field(json, "nodes")) {
        testnet.nodes.push_back(
            {.p2p_port = static_cast<std::uint16_t>(integer_field(node, "p2p_port")),
             .rpc_port = static_cast<std::uint16_t>(integer_field(node, "rpc_port")),
             .pid = static_cast<int>(integer_field(node, "pid")),
             .node_id = optional_text(node, "node_id").value_or("")});
    }
    for (const rpc::JsonValue& side : array_field(json, "sides")) {
        std::set<int> numbers;
        for (const rpc::JsonValue& number : side.items)
            numbers.insert(static_cast<int>(number.integer().value_or(0)));
        testnet.sides.push_back(std::move(numbers));
    }
    return testnet;
}

}  // namespace

std::optional<TestnetFile> load_testnet(const std::filesystem::path& folder) {
    std::ifstream in(folder / kFile, std::ios::binary);
    if (!in) return std::nullopt;
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    const auto json = rpc::parse_json(text);
    try {
        if (!json) throw CommandFailure(json.error());
        return testnet_from(*json);
    } catch (const CommandFailure& error) {
        throw CommandFailure((folder / kFile).string() + " cannot be read (" + error.what() +
                             "); `starling testnet up --fresh` begins anew");
    }
}

void save_testnet(const std::filesystem::path& folder, const TestnetFile& testnet) {
    rpc::JsonWriter out;
    out.begin_object().field("miner", testnet.miner).key("nodes").begin_array();
    for (const TestnetFile::Node& node : testnet.nodes) {
        out.begin_object().field("p2p_port", node.p2p_port).field("rpc_port", node.rpc_port);
        out.field("pid", node.pid).field("node_id", node.node_id).end_object();
    }
    out.end_array().key("sides").begin_array();
    for (const std::set<int>& side : testnet.sides) {
        out.begin_array();
        for (const int number : side)
            out.value(number);
        out.end_array();
    }
    out.end_array().end_object();
    std::filesystem::create_directories(folder);
    const std::filesystem::path part = folder / (std::string(kFile) + ".new");
    std::ofstream file(part, std::ios::binary | std::ios::trunc);
    file << out.take() << '\n' << std::flush;
    if (!file) throw CommandFailure("cannot write " + part.string());
    std::filesystem::rename(part, folder / kFile);
}

std::vector<std::set<int>> parse_sides(const std::vector<std::string>& words, std::size_t nodes) {
    std::vector<std::set<int>> sides;
    std::set<int> seen;
    for (const std::string& word : words) {
        std::set<int>& side = sides.emplace_back();
        std::istringstream in(word);
        for (std::string number; std::getline(in, number, ',');) {
            const int n = std::atoi(number.c_str());
            if (n < 1 || n > static_cast<int>(nodes)) {
                throw CommandFailure(
                    "there is no node \"" + number + "\"; they are 1 to " + std::to_string(nodes),
                    Exit::usage);
            }
            if (!seen.insert(n).second) {
                throw CommandFailure("node " + number + " cannot stand on two sides", Exit::usage);
            }
            side.insert(n);
        }
    }
    if (sides.size() < 2 || seen.size() != nodes) {
        throw CommandFailure(
            "name at least two sides, and every node in one of them, like: "
            "partition 1,2 3,4,5",
            Exit::usage);
    }
    return sides;
}

bool joined(const TestnetFile& testnet, int a, int b) {
    return testnet.sides.empty() ||
           std::ranges::any_of(testnet.sides, [&](const std::set<int>& side) {
               return side.contains(a) && side.contains(b);
           });
}

std::vector<std::string> miner_flags(const std::string& miner, const std::string& address) {
    constexpr std::string_view kInterval = "interval=";
    if (miner == "off") return {};
    if (miner == "on-tx") return {"--mine", address, "--mine-interval", "on-tx"};
    if (miner.starts_with(kInterval) && miner.size() > kInterval.size())
        return {"--mine", address, "--mine-interval", miner.substr(kInterval.size())};
    throw CommandFailure("--miner takes interval=10s, on-tx or off, not \"" + miner + "\"",
                         Exit::usage);
}

}  // namespace starling::wallet
