#include "mempool/block_template.h"

#include "consensus/coinbase.h"
#include "consensus/merkle.h"

#include <cassert>

namespace starling::mempool {

namespace {

// For heights up to 16 the push is one byte, and a coinbase's script has at least two: Bitcoin Core
// follows it with an empty push everywhere.
constexpr std::uint8_t kEmptyPush = 0x00;
constexpr std::size_t kExtraBytesMax = 90;

Hash256 witness_root(const std::vector<Shared<Transaction>>& body) {
    std::vector<Hash256> leaves{{}};  // the coinbase's own counts as zero
    for (const Shared<Transaction>& tx : body)
        leaves.push_back({tx->wtxid().bytes});
    return merkle(std::move(leaves)).root;
}

}  // namespace

Amount fees_of(const std::vector<Shared<PoolEntry>>& body) {
    Amount fees;
    for (const Shared<PoolEntry>& entry : body)
        fees += entry->fee;
    return fees;
}

TransactionData coinbase_after(const HeaderNode& parent,
                               const std::vector<Shared<Transaction>>& body,
                               const CoinbasePlan& plan,
                               const Parameters& parameters) {
    assert(plan.extra.size() <= kExtraBytesMax);
    const Height height = parent.height + 1;
    const Hash256 nonce{};
    TxIn input;
    input.previous.index = OutPoint::kNullIndex;
    input.script_sig = height_push(height);
    input.script_sig.push_back(kEmptyPush);
    input.script_sig.insert(input.script_sig.end(), plan.extra.begin(), plan.extra.end());
    input.witness.emplace_back(nonce.bytes.begin(), nonce.bytes.end());
    TransactionData tx;
    if (parameters.bip54) {
        input.sequence = 0xffff'fffe;
        tx.lock_time = static_cast<std::uint32_t>(parent.height.value);
    }
    tx.inputs.push_back(std::move(input));
    tx.outputs.push_back({subsidy(height, parameters) + plan.fees, plan.script_pubkey});
    tx.outputs.push_back({Amount{}, commitment_script(witness_root(body), nonce)});
    return tx;
}

}  // namespace starling::mempool
