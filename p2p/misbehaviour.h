#pragma once

#include <string_view>

namespace starling::p2p {

// What a peer may do wrong.
enum class Offence {
    malformed_message,  // bytes that no honest implementation writes
    broken_protocol,    // a message out of its place
    late_negotiation,   // wtxidrelay or sendaddrv2 after verack
    invalid_header,     // breaks a rule by itself, or does not follow the one before it
    invalid_chain,      // builds on a block that we found invalid
    unconnecting_headers,
    invalid_block,
    mutated_block,  // not what its header committed to
    unrequested_block,
    missing_block,  // it announced the block and does not have it
    invalid_transaction,
    costly_transactions,  // more to check than a peer may have us check
    foreign_record,       // of another network, told as if it were of ours
    too_many_requests,
    unknown_messages,  // more than a newer version has reason to send
};

std::string_view describe(Offence offence);

// A peer whose offences sum up to this is dropped. Nothing is forgiven: an honest peer has none.
constexpr int kBlameMax = 100;
// What one offence counts. Cheap ones are what two honest versions may disagree about, or what a
// person did to us (invalidateblock); the rest ends the connection at once.
int cost_of(Offence offence);

}  // namespace starling::p2p
