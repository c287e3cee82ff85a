#pragma once

#include "node/block_file.h"
#include "node/machine.h"

#include <chrono>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace starling::node {

struct ImportResult {
    std::uint64_t blocks = 0;  // accepted now
    std::uint64_t transactions = 0;
    std::uint64_t inputs = 0;       // without those of coinbases
    std::uint64_t known = 0;        // were here already
    std::uint64_t bad = 0;          // undecodable or breaking a rule
    std::uint64_t unconnected = 0;  // without their parents
    std::uint64_t skipped_bytes = 0;
    double seconds = 0;
    Height height;
    BlockHash tip;

    // False if files were given and nothing in them was of use.
    [[nodiscard]] bool useful() const { return blocks + known > 0; }
};

std::string to_json(const ImportResult& result);  // one line
std::string describe(const ImportResult& result);

// Feeds the blocks of files to the chain: finds them all first, submits their headers in the order
// of the chain, then their bodies through a window, several of them being read and checked by
// workers at once.
//
// Bounds: kBlocksMax places, and kWindowBytes of bodies read ahead; what the chain itself holds is
// its memory budget's, which it says by wants_more().
class Importer final : public Watcher {
public:
    static constexpr std::size_t kBlocksMax = 1'000'000;   // 136 MB of places; then: split the file
    static constexpr std::size_t kWindowBytes = 8u << 20;  // a second of work for two cores
    static constexpr std::size_t kWindowBlocks = 256;
    // Fed and not yet decided: more than the chain verifies at once, so that workers never run dry,
    // and no more, as waiting bodies take memory from the coins and make commits more frequent.
    static constexpr std::size_t kUndecidedBytes = 16u << 20;
    static constexpr std::size_t kHeadersAtOnce = 2'000;

    // `done` is called once, on the protocol thread, when all that could be imported is durable.
    Importer(Machine& machine,
             const std::vector<std::filesystem::path>& files,
             std::function<void(const ImportResult&)> done);
    ~Importer() override;

    void start();  // on the protocol thread
    void settled() override;

private:
    // A body under way, in feeding order.
    struct Body {
        std::uint32_t block = 0;
        std::optional<Result<Shared<CheckedBlock>, Reject>> checked;
    };
    void found(std::vector<FoundBlock> blocks, std::vector<std::uint32_t> order);
    void submit_headers();
    void pump();
    void read_ahead();
    void feed();
    void feed_one(const Shared<CheckedBlock>& block);
    void refused(const BlockHash& hash, const Reject& reject);
    void progress();
    void finish_if_done();

    Machine& machine_;
    std::vector<std::unique_ptr<BlockFile>> files_;
    std::function<void(const ImportResult&)> done_;
    std::vector<FoundBlock> blocks_;
    std::vector<std::uint32_t> order_;
    std::size_t next_header_ = 0;
    std::size_t next_body_ = 0;
    bool headers_done_ = false;
    bool flush_asked_ = false;
    bool pumping_ = false;
    std::deque<std::shared_ptr<Body>> window_;
    std::size_t window_bytes_ = 0;
    std::size_t undecided_ = 0;
    std::size_t undecided_bytes_ = 0;
    ImportResult result_;
    std::chrono::steady_clock::time_point began_;
    std::chrono::steady_clock::time_point reported_;
};

}  // namespace starling::node
