#include "p2p/eviction.h"

#include "p2p/netgroup.h"

#include <algorithm>
#include <functional>
#include <map>
#include <tuple>
#include <utility>

namespace starling::p2p {
namespace {

// Of the places of the old one netgroup has one part in so many, while others want the rest.
constexpr std::size_t kOldGroupShare = 4;

// Greater: longer here. Never equal.
std::pair<std::int64_t, std::uint64_t> seniority(const Evictable& peer) {
    return {-peer.connected.time_since_epoch().count(), ~peer.peer.value};
}

bool is_block_only(const Evictable& peer) {
    return peer.serves_blocks && !peer.relays_transactions;
}

// Takes the `count` best out of `peers`, of those that `may` be protected.
template <class Worth, class May>
void protect(std::vector<Evictable>& peers, std::size_t count, Worth worth, May may) {
    std::ranges::sort(peers, std::greater{}, worth);
    std::vector<Evictable> rest;
    for (const Evictable& peer : peers) {
        if (count > 0 && may(peer)) {
            --count;
        } else {
            rest.push_back(peer);
        }
    }
    peers = std::move(rest);
}
template <class Worth>
void protect(std::vector<Evictable>& peers, std::size_t count, Worth worth) {
    protect(peers, count, worth, [](const Evictable&) { return true; });
}

void protect_netgroups(std::vector<Evictable>& peers, std::size_t count) {
    const auto worth = [](const Evictable& peer) {
        return std::tuple(peer.netgroup, seniority(peer));
    };
    std::optional<std::uint64_t> last;
    protect(peers, count, worth, [&](const Evictable& peer) {
        return std::exchange(last, peer.netgroup) != peer.netgroup;
    });
}

void protect_useful(std::vector<Evictable>& peers, const Protections& protections) {
    const auto ping = [](const Evictable& peer) {
        return std::tuple(-peer.ping_min.value_or(Duration::max()).count(), seniority(peer));
    };
    const auto transactions = [](const Evictable& peer) {
        return std::tuple(peer.gave_transaction, peer.relays_transactions, seniority(peer));
    };
    const auto blocks = [](const Evictable& peer) {
        return std::tuple(peer.gave_block, peer.serves_blocks, seniority(peer));
    };
    protect(peers, protections.pings, ping);
    protect(peers, protections.transactions, transactions);
    protect(peers, protections.block_only, blocks, is_block_only);
    protect(peers, protections.blocks, blocks);
}

// Whoever begins an attack now finds those that were here before. A netgroup that has had its
// measure comes after all that have not: else a day of calls from one would end as the old half.
void protect_old(std::vector<Evictable>& peers) {
    const std::size_t all = peers.size() / 2;
    const std::size_t before = peers.size();
    protect(peers, all / 2, seniority, [](const Evictable& peer) { return peer.local; });
    const std::size_t left = all - (before - peers.size());
    const std::size_t of_group_max = (left + kOldGroupShare - 1) / kOldGroupShare;
    const std::size_t others = peers.size() - left;
    std::map<std::uint64_t, std::size_t> stay;
    protect(peers, left, seniority,
            [&](const Evictable& peer) { return stay[peer.netgroup]++ < of_group_max; });
    protect(peers, peers.size() - others, seniority);
}

// The youngest of the largest group; of groups alike the one with the younger one.
PeerId youngest_of_largest(const std::vector<Evictable>& peers) {
    std::map<std::uint64_t, std::size_t> sizes;
    for (const Evictable& peer : peers)
        ++sizes[peer.netgroup];
    const auto worst = std::ranges::max_element(peers, {}, [&](const Evictable& peer) {
        const auto [since, id] = seniority(peer);
        return std::tuple(sizes.at(peer.netgroup), -since, ~id);
    });
    return worst->peer;
}

}  // namespace

Evictable evictable(const Peer& peer, std::uint64_t keyed_netgroup) {
    return {.peer = peer.id,
            .connected = peer.connected,
            .ping_min = peer.ping_min,
            .gave_block = peer.gave_block,
            .gave_transaction = peer.gave_transaction,
            .relays_transactions = peer.relays_transactions(),
            .serves_blocks = peer.serves_blocks(),
            .local = is_local_only(peer.address),
            .discouraged = peer.discouraged,
            .netgroup = keyed_netgroup};
}

Protections protections_of(std::size_t inbound_max) {
    const auto share = [&](std::size_t of_core) {
        const std::size_t places = std::min(inbound_max, kCoreInboundMax);
        return (of_core * places + kCoreInboundMax - 1) / kCoreInboundMax;
    };
    const Protections core;
    const auto of_work = [&](std::size_t of_core) { return std::min(of_core, share(2 * of_core)); };
    return {.netgroups = share(core.netgroups),
            .pings = share(core.pings),
            .transactions = of_work(core.transactions),
            .block_only = share(core.block_only),
            .blocks = of_work(core.blocks)};
}

std::optional<PeerId> whom_to_evict(std::vector<Evictable> peers, const Protections& protections) {
    std::erase_if(peers, [](const Evictable& peer) { return peer.wanted; });
    protect_netgroups(peers, protections.netgroups);
    protect_useful(peers, protections);
    protect_old(peers);
    if (peers.empty()) return std::nullopt;
    const auto discouraged = [](const Evictable& peer) { return peer.discouraged; };
    if (std::ranges::any_of(peers, discouraged)) std::erase_if(peers, std::not_fn(discouraged));
    return youngest_of_largest(peers);
}

}  // namespace starling::p2p
