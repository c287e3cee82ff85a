#pragma once

#include <string>
#include <string_view>

namespace starling {

// Why a block, header or transaction is refused: what the refusal says about the object.
enum class RejectKind {
    invalid,         // breaks a rule for ever: remember it, hold it against the sender
    mutated,         // this copy is not what the header committed to; another copy may be good
    too_early,       // time-too-new: may be good later
    missing_parent,  // we lack what it builds on
    invalid_parent,  // it builds on what is invalid
    policy,          // allowed in a block, not relayed by us
    conflict,        // something we already have spends the same coin
    missing_inputs,  // spends coins that we do not know: an orphan, or spent already
    duplicate,       // we have it already
};

// `reason` is Bitcoin Core's name of the rule ("bad-txnmrklroot"); `detail` says more for people
// and follows it in brackets where Bitcoin Core does so. `reason` always points to a literal.
struct Reject {
    RejectKind kind = RejectKind::invalid;
    std::string_view reason;
    std::string detail;

    friend bool operator==(const Reject&, const Reject&) = default;
};

// "reason (detail)", or "reason" where there is no detail.
std::string describe(const Reject& reject);

}  // namespace starling
