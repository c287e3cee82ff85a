#pragma once

#include "consensus/reject.h"
#include "consensus/result.h"
#include "consensus/transaction.h"
#include "mempool/fee_rate.h"

#include <cstdint>
#include <span>

namespace starling::mempool {

// What we relay of what a block may hold. Bitcoin Core 31's rules and names, as far as they have an
// object here: only Taproot outputs are spent.

constexpr std::uint32_t kStandardVersionMin = 1;
constexpr std::uint32_t kStandardVersionMax = 3;
constexpr std::uint32_t kStandardWeightMax = 400'000;
// Shorter ones can be mistaken for an inner node of a Merkle tree (CVE-2017-12842).
constexpr std::uint32_t kStandardStrippedMin = 65;
constexpr std::size_t kStandardScriptSigMax = 1'650;
constexpr std::size_t kDataCarrierBytesMax = 100'000;  // all OP_RETURN scripts of a transaction
constexpr std::size_t kTapscriptItemMax = 80;
constexpr std::int64_t kStandardSigopCostMax = 16'000;
// Spending an output must not cost more than it is worth at this rate.
constexpr FeeRate kDustRate{Amount{3'000}, 1'000};

// The least value that an output with this script may have; 0 if it can never be spent.
Amount dust_threshold(const TxOut& output);

// Rules of a transaction by itself.
Result<Unit, Reject> check_standard(const Transaction& tx);
// Rules of what it spends, in the order of its inputs, and of its witnesses.
Result<Unit, Reject> check_standard_inputs(const Transaction& tx, std::span<const TxOut> spent);
// `floor` is the node's; `minimum` what the pool asks for now, which is the floor or more.
Result<Unit, Reject> check_fee(Amount fee,
                               std::int64_t size,
                               const FeeRate& minimum,
                               const FeeRate& floor);

}  // namespace starling::mempool
