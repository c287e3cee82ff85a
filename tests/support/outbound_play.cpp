#include "support/outbound_play.h"

#include "support/public_network.h"

#include <chrono>

namespace starling::test {

p2p::Endpoint public_address(std::uint64_t n, std::uint8_t host) {
    return p2p::Endpoint::ipv4({20, static_cast<std::uint8_t>(n), 1, host}, 9);
}

void propose(LoneGossip& node, std::uint64_t n, const p2p::Endpoint& address) {
    node.feed(p2p::CandidatesFound{
        {{record_of(identity(n), address, 1, public_network()), p2p::Origin::overlay, address}}});
}

void propose_many(LoneGossip& node, std::uint64_t count) {
    for (std::uint64_t n = 1; n <= count; ++n)
        propose(node, n, public_address(n));
}

std::vector<p2p::Dial> wait_for_dials(LoneGossip& node, Duration duration) {
    return node.wait(duration).dials;
}

p2p::PeerId accept(LoneGossip& node, const p2p::Dial& dial) {
    static std::uint64_t peers = 1'000;
    const p2p::PeerId peer{++peers};
    node.feed(
        p2p::PeerConnected{peer, p2p::Direction::outbound, dial.address, dial.manual, dial.key});
    return peer;
}

p2p::PeerId shake_hands(LoneGossip& node, p2p::PeerId peer) {
    node.say(peer, LoneGossip::honest_version());
    node.say(peer, p2p::Verack{});
    return peer;
}

std::vector<p2p::PeerId> fill_slots(LoneGossip& node) {
    std::vector<p2p::PeerId> peers;
    for (const p2p::Dial& dial : wait_for_dials(node, std::chrono::milliseconds{6'500}))
        peers.push_back(shake_hands(node, accept(node, dial)));
    return peers;
}

p2p::Limits without_visits(p2p::Limits limits) {
    constexpr Duration kNever = std::chrono::hours{10'000};
    limits.feeler_interval = kNever;
    limits.extra_block_only_interval = kNever;
    limits.stale_tip_interval = kNever;
    limits.ping_timeout = kNever;
    return limits;
}

p2p::Limits one_slot() {
    return without_visits({.outbound_full_max = 1, .outbound_block_only_max = 0});
}

}  // namespace starling::test
