#pragma once

#include "consensus/block.h"
#include "consensus/header_node.h"
#include "consensus/parameters.h"
#include "consensus/reject.h"
#include "consensus/result.h"
#include "consensus/spend_plan.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace starling {

// Bitcoin Core's limits on a block. A byte outside the witnesses weighs four units, one within one.
constexpr std::uint32_t kBlockWeightMax = 4'000'000;
constexpr std::uint32_t kWitnessScale = 4;
constexpr std::uint32_t kSigopsCostMax = 80'000;  // a legacy signature operation costs four

enum class CheckWork {
    yes,
    no
};  // no: a proposal in getblocktemplate, whose nonce is not found yet

// A block that was parsed and hashed once, and obeys every rule that needs no context.
struct CheckedBlock {
    Block block;
    BlockHash hash;
    Shared<Bytes> bytes;
    std::vector<OutPoint> needs;  // spent by it and not made in it, in the order of its inputs

    std::uint32_t weight = 0;
    SpendPlan spends;
    // What is wrong with the witness commitment. It takes hashing, so the worker looks at it, but
    // by the order of rules only check_block_after may report it.
    std::optional<Reject> witness_fault;
};

// Context-free rules of one transaction (Bitcoin Core's CheckTransaction).
Result<Unit, Reject> check_transaction(const Transaction& tx);
// Rules of a transaction in a block after `parent` that need no coins: finality, and BIP 54's size.
Result<Unit, Reject> check_transaction_after(const Transaction& tx,
                                             const HeaderNode& parent,
                                             const Parameters& parameters);

// Parses and checks all that needs no context, in Bitcoin Core's order, so that the first broken
// rule has the same name. An undecodable block is {mutated, "block-decode-failed"}. Pure; run by a
// worker.
Result<Shared<CheckedBlock>, Reject> check_block(Shared<Bytes> bytes,
                                                 const Parameters& parameters,
                                                 CheckWork work = CheckWork::yes);

// The header's own proof of work.
Result<Unit, Reject> check_header_work(const Header& header, const Parameters& parameters);
// Rules of a header after its parent: bits, time-too-old, time-too-new, version.
// `now` is in seconds since 1970.
Result<Unit, Reject> check_header(const Header& header,
                                  const HeaderNode& parent,
                                  std::int64_t now,
                                  const Parameters& parameters);
// Rules of a block after its parent that need no coins: finality, BIP 34 height, BIP 54, witness
// commitment, weight (Bitcoin Core's ContextualCheckBlock).
Result<Unit, Reject> check_block_after(const CheckedBlock& block,
                                       const HeaderNode& parent,
                                       const Parameters& parameters);

}  // namespace starling
