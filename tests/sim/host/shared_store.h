#pragma once

#include "chain/store.h"
#include "sim/host/archive.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace starling::sim {

// One host's store over the archive of all hosts: where it stands, which headers and bodies it has,
// and what it knows of their validity; some bytes a block. It answers, and crashes, as
// chain::MemoryStore does, but has no transaction index.
//
// Bound of what a crash can lose: the last kCommitsMax commits.
class SharedStore final : public chain::Store {
public:
    static constexpr std::size_t kCommitsMax = 16;

    explicit SharedStore(Archive& archive) : archive_(archive) {}

    [[nodiscard]] std::optional<Coin> coin(const OutPoint& point) const override;
    [[nodiscard]] std::vector<std::optional<Coin>> coins(
        const std::vector<OutPoint>& points) const override;
    [[nodiscard]] Shared<Bytes> body(const BlockHash& hash) const override;
    [[nodiscard]] Shared<BlockDelta> delta(const HeaderNode& node) const override;
    [[nodiscard]] std::optional<chain::TransactionPlace> find_transaction(
        const Txid&) const override {
        return std::nullopt;
    }
    [[nodiscard]] bool has_transaction_index() const override { return false; }
    BlockHash each_coin(
        const std::function<bool(const OutPoint&, const Coin&)>& visit) const override;

    void append(const Shared<CheckedBlock>& block) override;
    void commit(const chain::Batch& batch) override;

    // As MemoryStore's.
    [[nodiscard]] chain::Loaded load() const;
    [[nodiscard]] std::size_t commits() const { return commits_.size(); }
    [[nodiscard]] std::size_t bodies_since(std::size_t commits) const;
    void crash(std::size_t commits, std::size_t bodies);

    // The body as all hosts share it: decoded; null if it is not here.
    [[nodiscard]] Shared<CheckedBlock> block(const BlockHash& hash) const;
    [[nodiscard]] BlockHash tip() const { return archive_.hash(tip_); }
    [[nodiscard]] std::size_t memory_bytes() const;

private:
    using Number = Archive::Number;
    struct Committed {  // enough to take it back
        Number tip_before = Archive::kGenesis;
        std::uint32_t headers_before = 0;
        std::uint32_t bodies_before = 0;
        std::vector<std::pair<Number, chain::Validity>> validity_before;
    };
    [[nodiscard]] bool has_body(Number number) const {
        return number < has_body_.size() && has_body_[number];
    }
    void store_header(const chain::HeaderRecord& record, Committed& committed);
    void undo(const Committed& committed);

    Archive& archive_;
    Number tip_ = Archive::kGenesis;
    std::vector<Number> headers_;  // in the order of commits
    // By number; meaningful for those in headers_.
    std::vector<std::uint8_t> validity_;
    std::vector<bool> has_header_;
    std::vector<Number> bodies_;  // in the order of appending
    std::size_t bodies_committed_ = 0;
    std::vector<bool> has_body_;  // by number
    std::vector<Committed> commits_;
};

}  // namespace starling::sim
