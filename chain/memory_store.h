#pragma once

#include "chain/store.h"

#include <deque>
#include <map>

namespace starling::chain {

// A store in memory, for tests and for the simulator: what LMDB and segments are to the node.
//
// It can crash: lose the last commits as a power cut does, and keep of the bodies that were
// appended since then as many as it is told to. Deltas and bodies are shared with whoever committed
// them, so a copy of the coins is all that it costs.
//
// Bound of what a crash can lose: the last kCommitsMax commits.
class MemoryStore final : public Store {
public:
    static constexpr std::size_t kCommitsMax = 16;

    explicit MemoryStore(const BlockHash& genesis, bool transaction_index = false)
        : tip_(genesis), transaction_index_(transaction_index) {}

    [[nodiscard]] std::optional<Coin> coin(const OutPoint& point) const override;
    [[nodiscard]] std::vector<std::optional<Coin>> coins(
        const std::vector<OutPoint>& points) const override;
    [[nodiscard]] Shared<Bytes> body(const BlockHash& hash) const override;
    [[nodiscard]] Shared<BlockDelta> delta(const HeaderNode& node) const override;
    [[nodiscard]] std::optional<TransactionPlace> find_transaction(const Txid&) const override;
    [[nodiscard]] bool has_transaction_index() const override { return transaction_index_; }
    BlockHash each_coin(
        const std::function<bool(const OutPoint&, const Coin&)>& visit) const override;

    void append(const Shared<CheckedBlock>& block) override;
    void commit(const Batch& batch) override;

    // What a process finds that opens it now.
    [[nodiscard]] Loaded load() const;
    // How many commits a crash can lose now.
    [[nodiscard]] std::size_t commits() const { return commits_.size(); }
    // How many bodies were appended since the commit before the last `commits` ones.
    [[nodiscard]] std::size_t bodies_since(std::size_t commits) const;
    // Loses the last `commits`, and all but the first `bodies` of those appended since.
    void crash(std::size_t commits, std::size_t bodies);

private:
    struct Header80 {
        Header header;
        Validity validity = Validity::unknown;
    };
    // With its block's hash: the step's node may be gone when a crash takes the step back.
    struct Named {
        Step step;
        BlockHash hash;
    };
    struct Committed {  // enough to take it back
        std::vector<Named> steps;
        BlockHash tip_before;
        std::size_t headers_before = 0;
        std::vector<std::pair<BlockHash, Validity>> validity_before;
        std::size_t bodies_before = 0;
    };
    void apply(const Named& named);
    void index(const Named& named);
    void store_header(const HeaderRecord& record, Committed& committed);
    void undo(const Committed& committed);

    BlockHash tip_;
    bool transaction_index_;
    std::map<OutPoint, Coin> coins_;
    std::map<BlockHash, Shared<BlockDelta>> deltas_;  // of the committed chain
    std::map<BlockHash, Shared<CheckedBlock>> connected_;
    std::map<Txid, TransactionPlace> places_;
    std::map<BlockHash, Header80> headers_;
    std::vector<BlockHash> header_order_;
    std::map<BlockHash, Shared<Bytes>> bodies_;
    std::vector<BlockHash> body_order_;
    std::size_t bodies_committed_ = 0;
    std::deque<Committed> commits_;
};

}  // namespace starling::chain
