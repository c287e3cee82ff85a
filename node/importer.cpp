#include "node/importer.h"

#include "consensus/check_block.h"
#include "node/import_order.h"
#include "node/log.h"
#include "node/rpc/json_writer.h"

#include <cstdio>
#include <utility>

namespace starling::node {

using std::chrono::steady_clock;

Importer::Importer(Machine& machine,
                   const std::vector<std::filesystem::path>& files,
                   std::function<void(const ImportResult&)> done)
    : machine_(machine), done_(std::move(done)) {
    for (const auto& file : files)
        files_.push_back(std::make_unique<BlockFile>(file));
    machine_.add_watcher(*this);
}

Importer::~Importer() {
    machine_.remove_watcher(*this);
}

void Importer::start() {
    began_ = reported_ = steady_clock::now();
    machine_.jobs().on_worker([this] {
        std::vector<FoundBlock> blocks;
        std::uint64_t skipped = 0;
        for (std::uint32_t i = 0; i < files_.size(); ++i) {
            Scan scan =
                scan_blocks(*files_[i], i, machine_.parameters(), kBlocksMax - blocks.size());
            blocks.insert(blocks.end(), scan.blocks.begin(), scan.blocks.end());
            skipped += scan.skipped_bytes;
            if (scan.full)
                log_warning("more than " + std::to_string(kBlocksMax) +
                            " blocks: import the files one by one, or split them");
        }
        auto order = import_order(blocks);
        machine_.loop().post(
            [this, skipped, blocks = std::move(blocks), order = std::move(order)]() mutable {
                result_.skipped_bytes = skipped;
                found(std::move(blocks), std::move(order));
            });
    });
}

void Importer::found(std::vector<FoundBlock> blocks, std::vector<std::uint32_t> order) {
    blocks_ = std::move(blocks);
    order_ = std::move(order);
    log_info("found " + std::to_string(blocks_.size()) + " blocks in " +
             std::to_string(files_.size()) + " files");
    submit_headers();
}

void Importer::submit_headers() {
    // One step of the loop takes kHeadersAtOnce, so that nothing else waits for all of them.
    for (std::size_t taken = 0; taken < kHeadersAtOnce && next_header_ < order_.size();) {
        std::vector<Header> run;
        BlockHash last;
        for (; next_header_ < order_.size() && run.size() < kHeadersAtOnce; ++next_header_) {
            const FoundBlock& block = blocks_[order_[next_header_]];
            if (!run.empty() && block.header.previous != last) break;
            run.push_back(block.header);
            last = block.hash;
        }
        taken += run.size();
        machine_.submit(chain::HeadersArrived{{}, std::move(run)}, nullptr);
    }
    if (next_header_ < order_.size()) return machine_.loop().post([this] { submit_headers(); });
    headers_done_ = true;
    pump();
}

void Importer::settled() {
    if (headers_done_) pump();
}

void Importer::pump() {
    // Feeding settles the machine, which calls again; the outer call goes on.
    if (pumping_) return;
    pumping_ = true;
    feed();
    read_ahead();
    pumping_ = false;
    progress();
    finish_if_done();
}

void Importer::read_ahead() {
    while (next_body_ < order_.size() && window_.size() < kWindowBlocks &&
           window_bytes_ < kWindowBytes) {
        const std::uint32_t index = order_[next_body_++];
        const FoundBlock& block = blocks_[index];
        const chain::BlockTree::Entry* entry = machine_.chain().tree().entry(block.hash);
        if (entry == nullptr || entry->has_body) {
            ++(entry == nullptr ? result_.unconnected : result_.known);
            continue;
        }
        window_bytes_ += block.length;
        const auto body = std::make_shared<Body>(Body{index, {}});
        window_.push_back(body);
        machine_.jobs().on_worker([this, body, block] {
            auto bytes = std::make_shared<Bytes>(block.length);
            // A file that shrinks meanwhile gives a block that does not decode.
            bytes->resize(files_[block.file]->read(block.offset, *bytes));
            auto checked = check_block(std::move(bytes), machine_.parameters());
            machine_.loop().post([this, body, checked = std::move(checked)] {
                body->checked = checked;
                pump();
            });
        });
    }
}

void Importer::feed() {
    while (!window_.empty() && window_.front()->checked && undecided_bytes_ < kUndecidedBytes &&
           machine_.chain().wants_more()) {
        const auto body = std::move(window_.front());
        window_.pop_front();
        const FoundBlock& block = blocks_[body->block];
        window_bytes_ -= block.length;
        if (body->checked->ok())
            feed_one(body->checked->value());
        else
            refused(block.hash, body->checked->error());
    }
}

void Importer::feed_one(const Shared<CheckedBlock>& block) {
    std::uint64_t inputs = 0;
    for (const auto& transaction : block->block.transactions)
        inputs += transaction->is_coinbase() ? 0 : transaction->inputs().size();
    const std::size_t size = block->bytes->size();
    ++undecided_;
    undecided_bytes_ += size;
    machine_.submit(chain::BlockArrived{{}, block, false},
                    [this, size, inputs, transactions = block->block.transactions.size()](
                        const chain::Decided& decided) {
                        --undecided_;
                        undecided_bytes_ -= size;
                        if (decided.reject && decided.reject->kind != RejectKind::duplicate)
                            return refused(decided.hash, *decided.reject);
                        if (decided.reject) {
                            ++result_.known;
                            return;
                        }
                        ++result_.blocks;
                        result_.transactions += transactions;
                        result_.inputs += inputs;
                    });
}

void Importer::refused(const BlockHash& hash, const Reject& reject) {
    ++result_.bad;
    log_warning("block " + to_string(hash) + " is refused: " + starling::describe(reject));
}

void Importer::progress() {
    const auto at = steady_clock::now();
    if (at - reported_ < std::chrono::seconds{5}) return;
    reported_ = at;
    log_info("imported to height " + std::to_string(machine_.chain().tip()->height.value) + ": " +
             std::to_string(next_body_ * 100 / std::max<std::size_t>(1, order_.size())) + " % of " +
             std::to_string(order_.size()) + " blocks");
}

void Importer::finish_if_done() {
    if (next_body_ < order_.size() || !window_.empty() || undecided_ > 0) return;
    if (!std::exchange(flush_asked_, true)) machine_.submit(chain::FlushAsked{});
    const chain::Chainstate& chain = machine_.chain();
    if (!chain.idle() || chain.committed_tip() != chain.tip() || !done_) return;
    result_.seconds = std::chrono::duration<double>(steady_clock::now() - began_).count();
    result_.height = chain.tip()->height;
    result_.tip = chain.tip()->hash;
    std::exchange(done_, nullptr)(result_);
}

std::string to_json(const ImportResult& result) {
    char seconds[32];
    std::snprintf(seconds, sizeof seconds, "%.3f", result.seconds);
    rpc::JsonWriter out;
    out.begin_object()
        .field("blocks", result.blocks)
        .field("transactions", result.transactions)
        .field("inputs", result.inputs)
        .key("seconds")
        .raw(seconds)
        .field("height", result.height.value)
        .field("tip", to_string(result.tip))
        .end_object();
    return out.take();
}

std::string describe(const ImportResult& result) {
    char seconds[32];
    std::snprintf(seconds, sizeof seconds, "%.2f", result.seconds);
    std::string out = "imported " + std::to_string(result.blocks) + " blocks with " +
                      std::to_string(result.transactions) + " transactions and " +
                      std::to_string(result.inputs) + " inputs in " + seconds + " s; height " +
                      std::to_string(result.height.value) + ", tip " + to_string(result.tip);
    const auto add = [&](std::uint64_t count, std::string_view what) {
        if (count > 0) out += "; " + std::to_string(count) + std::string(what);
    };
    add(result.known, " were here already");
    add(result.bad, " refused");
    add(result.unconnected, " without their parents");
    add(result.skipped_bytes, " bytes were no blocks");
    return out;
}

}  // namespace starling::node
