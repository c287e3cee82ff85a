#include "chain/delta_codec.h"

#include "chain/coin_codec.h"
#include "consensus/spend_plan.h"

#include <limits>

namespace starling::chain {
namespace {

// One transaction's coins: its id, their number, and each with its index as the step from the one
// before. True if the group follows on what was read before.
bool decode_group(Reader& in, Coins& coins) {
    const Txid txid{in.array<32>()};
    if (!coins.empty() && txid <= coins.back().first.txid) return false;
    std::uint64_t next_index = 0;
    const std::uint64_t count = decode_number(in);
    for (std::uint64_t i = 0; i < count && !in.failed(); ++i) {
        const std::uint64_t step = decode_number(in);
        if (step > std::numeric_limits<std::uint32_t>::max()) return false;
        const std::uint64_t index = next_index + step;
        if (index > std::numeric_limits<std::uint32_t>::max()) return false;
        coins.emplace_back(OutPoint{txid, static_cast<std::uint32_t>(index)}, decode_coin(in));
        next_index = index + 1;
    }
    return count > 0 && !in.failed();
}

}  // namespace

Bytes encode_spent(const Coins& spent) {
    Bytes out;
    for (std::size_t at = 0; at < spent.size();) {
        const Txid& txid = spent[at].first.txid;
        std::size_t end = at;
        while (end < spent.size() && spent[end].first.txid == txid)
            ++end;
        out.insert(out.end(), txid.bytes.begin(), txid.bytes.end());
        encode_number(out, end - at);
        std::uint64_t next_index = 0;
        for (; at < end; ++at) {
            const auto& [point, coin] = spent[at];
            encode_number(out, point.index - next_index);
            encode_coin(out, coin);
            next_index = std::uint64_t{point.index} + 1;
        }
    }
    return out;
}

std::optional<Coins> decode_spent(ByteView bytes) {
    Reader in(bytes);
    Coins coins;
    while (in.remaining() > 0) {
        if (!decode_group(in, coins)) return std::nullopt;
    }
    return coins;
}

Coins coins_made(const Block& block, Height height) {
    Coins coins;
    for (const SpendPlan::Output& made : plan_spends(block).plan.made) {
        const Transaction& tx = *block.transactions[made.transaction];
        coins.emplace_back(OutPoint{tx.txid(), made.index},
                           Coin{tx.outputs()[made.index], height, tx.is_coinbase()});
    }
    return coins;
}

}  // namespace starling::chain
