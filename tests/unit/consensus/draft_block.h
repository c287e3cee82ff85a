#pragma once

#include "consensus/coinbase.h"
#include "consensus/difficulty.h"
#include "consensus/merkle.h"
#include "consensus/serialize.h"
#include "unit/consensus/naive_chain.h"

#include <algorithm>
#include <functional>
#include <string>

namespace starling::test {

// An honest empty block after a chain's tip, to be broken in one way. It has no nonce: judge it
// with CheckWork::no.
struct DraftBlock {
    explicit DraftBlock(const NaiveChain& chain) {
        const Height height = chain.tip().height + 1;
        header.version = 0x2000'0000;
        header.previous = chain.tip().hash;
        header.time = chain.tip().header.time + 600;
        header.bits = next_bits(chain.tip(), chain.parameters());
        TransactionData coinbase;
        coinbase.inputs.resize(1);
        coinbase.inputs[0].previous.index = OutPoint::kNullIndex;
        coinbase.inputs[0].script_sig = height_push(height);
        coinbase.inputs[0].script_sig.push_back(0);
        coinbase.inputs[0].sequence = 0xffff'fffe;
        coinbase.lock_time = static_cast<std::uint32_t>(height.value - 1);
        coinbase.outputs.push_back({subsidy(height, chain.parameters()), {0x51}});
        transactions.push_back(coinbase);
    }

    [[nodiscard]] Block sealed() const {
        Block block{.header = header, .transactions = {}};
        for (const TransactionData& tx : transactions)
            block.transactions.push_back(std::make_shared<const Transaction>(tx));
        if (commit && !transactions.empty()) {
            TransactionData coinbase = transactions[0];
            coinbase.inputs[0].witness = {Bytes(32, 0)};
            coinbase.outputs.push_back(
                {Amount{}, commitment_script(witness_merkle_root(block), Hash256{})});
            if (edit_coinbase) edit_coinbase(coinbase);
            block.transactions[0] = std::make_shared<const Transaction>(coinbase);
        }
        block.header.merkle_root.bytes = transactions_merkle(block).root.bytes;
        return block;
    }

    Header header;
    std::vector<TransactionData> transactions;
    bool commit = true;                                   // to the witnesses
    std::function<void(TransactionData&)> edit_coinbase;  // after the commitment was added
};

// Bytes with the parts of a draft spent from these points, and paid to one output.
inline TransactionData payment(const std::vector<OutPoint>& points, Amount amount) {
    TransactionData tx;
    for (const OutPoint& point : points) {
        TxIn input;
        input.previous = point;
        input.witness = {{1}};
        tx.inputs.push_back(input);
    }
    tx.outputs.push_back({amount, {0x51}});
    return tx;
}

inline OutPoint output_of(const TransactionData& tx, std::uint32_t index = 0) {
    return {Transaction(tx).txid(), index};
}

constexpr std::int64_t kLateNow = 4'000'000'000;

inline Shared<CheckedBlock> checked(const NaiveChain& chain, const DraftBlock& draft) {
    auto block = check_block(std::make_shared<const Bytes>(serialized(draft.sealed())),
                             chain.parameters(), CheckWork::no);
    assert(block);
    return *block;
}

// The first rule that the block breaks, scripts aside; "valid" if none.
inline std::string judged(NaiveChain& chain, const Block& block, std::int64_t now = kLateNow) {
    const auto checked = check_block(std::make_shared<const Bytes>(serialized(block)),
                                     chain.parameters(), CheckWork::no);
    if (!checked) return describe(checked.error());
    const auto connected = chain.judge(*checked, now);
    return connected ? "valid" : describe(connected.error());
}
inline std::string judged(NaiveChain& chain, const DraftBlock& draft) {
    return judged(chain, draft.sealed());
}

// Adds a block, and gives the output of its coinbase.
inline OutPoint extend(NaiveChain& chain, const DraftBlock& draft) {
    const auto block = checked(chain, draft);
    const auto connected = chain.extend(block, kLateNow);
    assert(connected);
    return {block->block.transactions[0]->txid(), 0};
}
// Adds `count` empty blocks; gives the outputs of their coinbases.
inline std::vector<OutPoint> grow(NaiveChain& chain, int count) {
    std::vector<OutPoint> outputs;
    for (int i = 0; i < count; ++i)
        outputs.push_back(extend(chain, DraftBlock(chain)));
    return outputs;
}

}  // namespace starling::test
