#include "sim/attack/core_eviction.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <tuple>
#include <utility>

namespace starling::sim {

namespace {

using p2p::Evictable;
using Peers = std::vector<Evictable>;

// The order in which they came: less is older, and no two are equal.
std::pair<Time, std::uint64_t> arrival(const Evictable& peer) {
    return {peer.connected, peer.peer.value};
}

// Of the first `count` of `peers` by `better` protects those that `may` be. Whoever may not takes
// up a place all the same.
template <class Better, class May>
void protect(Peers& peers, std::size_t count, Better better, May may) {
    const auto end = peers.begin() + static_cast<std::ptrdiff_t>(std::min(count, peers.size()));
    std::ranges::nth_element(peers, end, better);
    peers.erase(std::remove_if(peers.begin(), end, may), end);
}

template <class Better>
void protect(Peers& peers, std::size_t count, Better better) {
    protect(peers, count, better, [](const Evictable&) { return true; });
}

bool older(const Evictable& a, const Evictable& b) {
    return arrival(a) < arrival(b);
}

bool of_higher_netgroup(const Evictable& a, const Evictable& b) {
    return std::tuple(b.netgroup, arrival(a)) < std::tuple(a.netgroup, arrival(b));
}

bool nearer(const Evictable& a, const Evictable& b) {
    const auto ping = [](const Evictable& peer) { return peer.ping_min.value_or(Duration::max()); };
    return std::tuple(ping(a), arrival(a)) < std::tuple(ping(b), arrival(b));
}

bool gave_transaction_later(const Evictable& a, const Evictable& b) {
    return std::tuple(b.gave_transaction, b.relays_transactions, arrival(a)) <
           std::tuple(a.gave_transaction, a.relays_transactions, arrival(b));
}

bool gave_block_later(const Evictable& a, const Evictable& b) {
    return std::tuple(b.gave_block, b.serves_blocks, arrival(a)) <
           std::tuple(a.gave_block, a.serves_blocks, arrival(b));
}

// Those without transactions before all others.
bool gave_block_alone_later(const Evictable& a, const Evictable& b) {
    if (a.relays_transactions != b.relays_transactions) return b.relays_transactions;
    return gave_block_later(a, b);
}

void protect_useful(Peers& peers) {
    protect(peers, CoreProtected::kByNetgroup, of_higher_netgroup);
    protect(peers, CoreProtected::kByPing, nearer);
    protect(peers, CoreProtected::kByTransactions, gave_transaction_later);
    protect(peers, CoreProtected::kByBlocksAlone, gave_block_alone_later,
            [](const auto& peer) { return peer.serves_blocks && !peer.relays_transactions; });
    protect(peers, CoreProtected::kByBlocks, gave_block_later);
}

// Half of them; half of that half is kept for local ones, and what they leave is for all.
void protect_old(Peers& peers) {
    const std::size_t stay = peers.size() / 2;
    const std::size_t go = peers.size() - stay;
    const auto is_local = [](const Evictable& peer) { return peer.local; };
    const auto local_first = [](const Evictable& a, const Evictable& b) {
        return std::tuple(!a.local, arrival(a)) < std::tuple(!b.local, arrival(b));
    };
    protect(peers, stay / 2, local_first, is_local);
    protect(peers, peers.size() - go, older);
}

struct Netgroup {
    std::size_t members = 0;
    std::pair<Time, std::uint64_t> youngest{};
};

// The youngest of the netgroup with most of them, or of the one whose youngest came last.
p2p::PeerId youngest_of_largest(const Peers& peers) {
    std::map<std::uint64_t, Netgroup> groups;
    for (const Evictable& peer : peers) {
        Netgroup& group = groups[peer.netgroup];
        ++group.members;
        group.youngest = std::max(group.youngest, arrival(peer));
    }
    const auto worst = std::ranges::max_element(groups, {}, [](const auto& entry) {
        return std::tuple(entry.second.members, entry.second.youngest);
    });
    return p2p::PeerId{worst->second.youngest.second};
}

}  // namespace

std::optional<p2p::PeerId> whom_core_evicts(const std::vector<p2p::Evictable>& inbound) {
    Peers peers = inbound;
    std::erase_if(peers, [](const Evictable& peer) { return peer.wanted; });
    protect_useful(peers);
    protect_old(peers);
    if (peers.empty()) return std::nullopt;
    const auto discouraged = [](const Evictable& peer) { return peer.discouraged; };
    if (std::ranges::any_of(peers, discouraged)) std::erase_if(peers, std::not_fn(discouraged));
    return youngest_of_largest(peers);
}

}  // namespace starling::sim
