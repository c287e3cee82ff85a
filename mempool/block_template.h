#pragma once

#include "consensus/header_node.h"
#include "consensus/parameters.h"
#include "mempool/pool.h"

#include <cstdint>
#include <vector>

namespace starling::mempool {

constexpr std::int64_t kTemplateWeightMax = 4'000'000;
// Left free for header, transaction count and a coinbase (Bitcoin Core's default reserve).
constexpr std::int64_t kCoinbaseWeightReserve = 8'000;
// What to ask Pool::block_template for.
constexpr std::int64_t kBodyWeightMax = kTemplateWeightMax - kCoinbaseWeightReserve;
constexpr std::int64_t kBlockSigopCostMax = 80'000;
constexpr std::int64_t kCoinbaseSigopReserve = 400;

Amount fees_of(const std::vector<Shared<PoolEntry>>& body);

// What a coinbase is made of besides its place in the chain.
struct CoinbasePlan {
    Bytes script_pubkey;  // where subsidy and fees go
    Amount fees;
    Bytes extra;  // at the end of its script, at most 90 bytes: makes blocks differ
};

// The coinbase of a block after `parent` with this body: height (BIP 34), witness commitment (BIP
// 141) and, where the network has BIP 54, its lock time.
TransactionData coinbase_after(const HeaderNode& parent,
                               const std::vector<Shared<Transaction>>& body,
                               const CoinbasePlan& plan,
                               const Parameters& parameters);

}  // namespace starling::mempool
