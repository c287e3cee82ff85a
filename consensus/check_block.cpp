#include "consensus/check_block.h"

#include "consensus/coinbase.h"
#include "consensus/merkle.h"
#include "consensus/pow.h"
#include "consensus/serialize.h"
#include "consensus/sigops.h"
#include "consensus/transaction_rules.h"

#include <algorithm>
#include <cassert>

namespace starling {

namespace {

Reject invalid(std::string_view reason) {
    return {RejectKind::invalid, reason, {}};
}

// Not what the header commits to: the honest block of that header may still come.
Reject mutated(std::string_view reason) {
    return {RejectKind::mutated, reason, {}};
}

struct Sizes {
    std::uint64_t stripped = 0;
    std::uint64_t total = 0;
};

Sizes sizes_of(const Block& block) {
    const std::size_t frame = Header::kSize + compact_size_bytes(block.transactions.size());
    Sizes sizes{frame, frame};
    for (const auto& tx : block.transactions) {
        sizes.stripped += tx->stripped_size();
        sizes.total += tx->size();
    }
    return sizes;
}

Result<Unit, Reject> check_merkle(const Block& block) {
    const MerkleResult tree = transactions_merkle(block);
    if (tree.root.bytes != block.header.merkle_root.bytes)
        return Failure{mutated("bad-txnmrklroot")};
    if (tree.mutated) return Failure{mutated("bad-txns-duplicate")};
    return Unit{};
}

Result<Unit, Reject> check_transactions(const Block& block) {
    const auto& txs = block.transactions;
    if (!txs.front()->is_coinbase()) return Failure{invalid("bad-cb-missing")};
    const auto is_coinbase = [](const Shared<Transaction>& tx) { return tx->is_coinbase(); };
    if (std::any_of(txs.begin() + 1, txs.end(), is_coinbase))
        return Failure{invalid("bad-cb-multiple")};
    for (const auto& tx : txs) {
        if (auto checked = check_transaction(*tx); !checked) return checked;
    }
    std::uint64_t sigops = 0;
    for (const auto& tx : txs)
        sigops += legacy_sigops(tx->data());
    if (sigops * kWitnessScale > kSigopsCostMax) return Failure{invalid("bad-blk-sigops")};
    return Unit{};
}

// BIP 141. A witness that is not committed to is as good as another copy's.
std::optional<Reject> witness_fault(const Block& block) {
    const TransactionData& coinbase = block.transactions.front()->data();
    if (const auto at = commitment_output(coinbase)) {
        const auto& witness = coinbase.inputs.front().witness;
        if (witness.size() != 1 || witness.front().size() != 32)
            return mutated("bad-witness-nonce-size");
        Hash256 nonce;
        std::ranges::copy(witness.front(), nonce.bytes.begin());
        const Bytes due = commitment_script(witness_merkle_root(block), nonce);
        const Bytes& script = coinbase.outputs[*at].script_pubkey;
        if (!std::equal(due.begin(), due.end(), script.begin()))
            return mutated("bad-witness-merkle-match");
        return std::nullopt;
    }
    const auto has_witness = [](const auto& tx) { return tx->data().has_witness(); };
    if (std::ranges::any_of(block.transactions, has_witness)) return mutated("unexpected-witness");
    return std::nullopt;
}

Result<Unit, Reject> check_coinbase_after(const TransactionData& coinbase,
                                          Height height,
                                          const Parameters& parameters) {
    const Bytes push = height_push(height);
    const TxIn& input = coinbase.inputs.front();
    if (input.script_sig.size() < push.size() ||
        !std::equal(push.begin(), push.end(), input.script_sig.begin()))
        return Failure{invalid("bad-cb-height")};
    if (!parameters.bip54) return Unit{};
    if (coinbase.lock_time != static_cast<std::uint32_t>(height.value - 1))
        return Failure{invalid("bad-cb-locktime")};
    if (input.sequence == 0xffff'ffff) return Failure{invalid("bad-cb-sequence")};
    return Unit{};
}

}  // namespace

Result<Shared<CheckedBlock>, Reject> check_block(Shared<Bytes> bytes,
                                                 const Parameters& parameters,
                                                 CheckWork work) {
    auto decoded = decode_block(*bytes);
    if (!decoded)
        return Failure{Reject{RejectKind::mutated, "block-decode-failed", decoded.error()}};
    auto checked = std::make_shared<CheckedBlock>();
    checked->block = std::move(*decoded);
    checked->bytes = std::move(bytes);
    const Block& block = checked->block;
    checked->hash = hash_of(block.header);
    if (work == CheckWork::yes &&
        !meets_target(checked->hash, block.header.bits, parameters.limit_bits))
        return Failure{invalid("high-hash")};
    if (auto merkle = check_merkle(block); !merkle) return Failure{merkle.error()};

    const Sizes sizes = sizes_of(block);
    if (block.transactions.empty() || block.transactions.size() * kWitnessScale > kBlockWeightMax ||
        sizes.stripped * kWitnessScale > kBlockWeightMax)
        return Failure{invalid("bad-blk-length")};
    if (auto txs = check_transactions(block); !txs) return Failure{txs.error()};

    checked->weight = static_cast<std::uint32_t>(3 * sizes.stripped + sizes.total);
    checked->witness_fault = witness_fault(block);
    PlannedSpends planned = plan_spends(block);
    checked->spends = std::move(planned.plan);
    checked->needs = std::move(planned.needs);
    return Shared<CheckedBlock>(std::move(checked));
}

Result<Unit, Reject> check_block_after(const CheckedBlock& block,
                                       const HeaderNode& parent,
                                       const Parameters& parameters) {
    const Place place{parent.height + 1, median_time_past(&parent)};
    for (const auto& tx : block.block.transactions) {
        if (auto placed = check_place(*tx, place, parameters); !placed) return placed;
    }
    const TransactionData& coinbase = block.block.transactions.front()->data();
    if (auto checked = check_coinbase_after(coinbase, place.height, parameters); !checked)
        return checked;
    if (block.witness_fault) return Failure{*block.witness_fault};
    if (block.weight > kBlockWeightMax) return Failure{invalid("bad-blk-weight")};
    return Unit{};
}

}  // namespace starling
