#pragma once

#include "support/lone_gossip.h"

#include <cstdint>
#include <vector>

// A LoneGossip that seeks peers, and what a test plays of those that it finds.

namespace starling::test {

// Each n is a netgroup.
p2p::Endpoint public_address(std::uint64_t n, std::uint8_t host = 1);

// Node n, at this address.
void propose(LoneGossip& node, std::uint64_t n, const p2p::Endpoint& address);
void propose_many(LoneGossip& node, std::uint64_t count);

std::vector<p2p::Dial> wait_for_dials(LoneGossip& node, Duration duration);

// The dial succeeds; the peer is silent.
p2p::PeerId accept(LoneGossip& node, const p2p::Dial& dial);
p2p::PeerId shake_hands(LoneGossip& node, p2p::PeerId peer);

// Whoever is dialled while slots are filled is there, and stays. The oldest first.
std::vector<p2p::PeerId> fill_slots(LoneGossip& node);

// Neither feelers nor extra peers; and nobody is dropped for not answering pings.
p2p::Limits without_visits(p2p::Limits limits);
p2p::Limits one_slot();

}  // namespace starling::test
