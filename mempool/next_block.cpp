#include "mempool/next_block.h"

#include "consensus/difficulty.h"
#include "consensus/merkle.h"
#include "consensus/pow.h"
#include "mempool/block_template.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace starling::mempool {

Block next_block(const HeaderNode& tip,
                 const Pool& pool,
                 const Bytes& script_pubkey,
                 const Bytes& extra,
                 Time now,
                 const Parameters& parameters) {
    const auto entries = pool.block_template(kBodyWeightMax);
    std::vector<Shared<Transaction>> body;
    body.reserve(entries.size());
    for (const auto& entry : entries)
        body.push_back(entry->transaction);
    TransactionData coinbase = coinbase_after(
        tip, body, {.script_pubkey = script_pubkey, .fees = fees_of(entries), .extra = extra},
        parameters);

    Block block;
    block.transactions.push_back(std::make_shared<const Transaction>(std::move(coinbase)));
    block.transactions.insert(block.transactions.end(), body.begin(), body.end());
    const std::int64_t seconds = now.time_since_epoch().count() / 1000;
    block.header.version = 0x2000'0000;  // BIP 9 with no bits set
    block.header.previous = tip.hash;
    block.header.merkle_root = MerkleRoot{transactions_merkle(block).root.bytes};
    block.header.time = static_cast<std::uint32_t>(
        std::max<std::int64_t>(seconds, std::int64_t{median_time_past(&tip)} + 1));
    block.header.bits = next_bits(tip, parameters);
    return block;
}

bool grind(Header& header, std::uint32_t tries, const Parameters& parameters) {
    for (std::uint32_t i = 0; i < tries; ++i) {
        if (meets_target(hash_of(header), header.bits, parameters.limit_bits)) return true;
        if (++header.nonce == 0) ++header.time;
    }
    return false;
}

}  // namespace starling::mempool
