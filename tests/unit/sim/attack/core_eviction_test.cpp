// Bitcoin Core's choice of an inbound peer to evict: its rules one by one, and all of them beside a
// naive statement, and beside ours where the two are the same.

#include "sim/attack/core_eviction.h"

#include "support/seeded_random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <vector>

namespace starling::sim {
namespace {

using p2p::Evictable;
using p2p::PeerId;
using Ids = std::set<std::uint64_t>;
using Peers = std::vector<Evictable>;

Time at(std::uint64_t seconds) {
    return Time{std::chrono::seconds{seconds}};
}

// Peers 1 to `count`, a higher id being younger, each of a netgroup of its own; all alike else.
Peers alike(std::size_t count) {
    Peers peers;
    for (std::uint64_t id = 1; id <= count; ++id) {
        peers.push_back({.peer = {id},
                         .connected = at(id),
                         .relays_transactions = true,
                         .serves_blocks = true,
                         .netgroup = 1'000 + id});
    }
    return peers;
}

Evictable& peer_of(Peers& peers, std::uint64_t id) {
    return *std::ranges::find(peers, PeerId{id}, &Evictable::peer);
}

// Who goes if nobody but one of them is discouraged is not protected.
Ids protected_of(Peers peers) {
    Ids ids;
    for (std::size_t i = 0; i < peers.size(); ++i) {
        for (Evictable& peer : peers)
            peer.discouraged = peer.peer == peers[i].peer;
        if (whom_core_evicts(peers) != peers[i].peer) ids.insert(peers[i].peer.value);
    }
    return ids;
}

bool are_protected(const Peers& peers, const Ids& ids) {
    return std::ranges::includes(protected_of(peers), ids);
}

TEST(CoreEviction, NeverEvictsWhomAPersonAskedFor) {
    Peers peers = alike(60);
    for (Evictable& peer : peers)
        peer.wanted = true;
    EXPECT_EQ(whom_core_evicts(peers), std::nullopt);
    peer_of(peers, 60).wanted = false;
    EXPECT_EQ(whom_core_evicts(peers), std::nullopt) << "merits protect a single one";
    for (std::uint64_t id = 31; id < 60; ++id)
        peer_of(peers, id).wanted = false;
    EXPECT_EQ(whom_core_evicts(peers), PeerId{56});
}

TEST(CoreEviction, EvictsNobodyIfMeritsProtectAll) {
    // Four by netgroup, eight by ping, four by transactions, four by blocks; half of the rest.
    EXPECT_EQ(whom_core_evicts(alike(20)), std::nullopt);
    EXPECT_EQ(whom_core_evicts(alike(21)), PeerId{17}) << "18 to 21 are of the highest netgroups";
    Peers alone = alike(28);
    for (Evictable& peer : alone)
        peer.relays_transactions = false;
    EXPECT_EQ(whom_core_evicts(alone), std::nullopt) << "and eight that give blocks alone";
}

TEST(CoreEviction, ProtectsFourPeersByNetgroupOfOneNetgroupToo) {
    Peers peers = alike(60);
    for (const std::uint64_t id : {56u, 57u, 58u, 59u, 60u})
        peer_of(peers, id).netgroup = 2'000;
    EXPECT_TRUE(are_protected(peers, {56, 57, 58, 59}));
    EXPECT_FALSE(are_protected(peers, {60}));
    EXPECT_FALSE(are_protected(peers, {55})) << "the next netgroup has nothing of it";
}

TEST(CoreEviction, ProtectsTheEightNearest) {
    Peers peers = alike(60);
    for (std::uint64_t id = 47; id <= 55; ++id)
        peer_of(peers, id).ping_min = std::chrono::milliseconds{100 - id};
    EXPECT_TRUE(are_protected(peers, {48, 49, 50, 51, 52, 53, 54, 55}));
    EXPECT_FALSE(are_protected(peers, {47}));
}

TEST(CoreEviction, ProtectsTheFourThatLastGaveATransaction) {
    Peers peers = alike(60);
    for (std::uint64_t id = 51; id <= 55; ++id)
        peer_of(peers, id).gave_transaction = at(id);
    EXPECT_TRUE(are_protected(peers, {52, 53, 54, 55}));
    EXPECT_FALSE(are_protected(peers, {51}));
}

TEST(CoreEviction, ProtectsTheFourThatLastGaveABlock) {
    Peers peers = alike(60);
    for (std::uint64_t id = 51; id <= 55; ++id)
        peer_of(peers, id).gave_block = at(id);
    EXPECT_TRUE(are_protected(peers, {52, 53, 54, 55}));
    EXPECT_FALSE(are_protected(peers, {51}));
}

TEST(CoreEviction, ProtectsEightThatGaveABlockAndRelayNoTransactionsBeforeTheFour) {
    Peers peers = alike(60);
    for (std::uint64_t id = 43; id <= 55; ++id) {
        peer_of(peers, id).gave_block = at(id);
        peer_of(peers, id).relays_transactions = false;
    }
    EXPECT_TRUE(are_protected(peers, {44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55}));
    EXPECT_FALSE(are_protected(peers, {43}));
}

TEST(CoreEviction, OneThatServesNoBlocksTakesUpAPlaceOfTheEight) {
    Peers peers = alike(60);
    for (std::uint64_t id = 39; id <= 42; ++id)
        peer_of(peers, id).gave_block = at(1'000);  // the four
    for (std::uint64_t id = 43; id <= 55; ++id) {
        peer_of(peers, id).gave_block = at(id);
        peer_of(peers, id).relays_transactions = false;
    }
    peer_of(peers, 55).serves_blocks = false;
    EXPECT_TRUE(are_protected(peers, {48, 49, 50, 51, 52, 53, 54}));
    EXPECT_FALSE(are_protected(peers, {55}));
    EXPECT_FALSE(are_protected(peers, {47})) << "the ninth";
}

// Of sixty that are alike the first 16 and the last 4 have merits: 17 to 56 are left.
Ids merits_and(std::uint64_t first, std::uint64_t last) {
    Ids ids{57, 58, 59, 60};
    for (std::uint64_t id = 1; id <= 16; ++id)
        ids.insert(id);
    for (std::uint64_t id = first; id <= last; ++id)
        ids.insert(id);
    return ids;
}

TEST(CoreEviction, HalfOfTheRestStaysTheOldest) {
    EXPECT_EQ(protected_of(alike(60)), merits_and(17, 36));
}

TEST(CoreEviction, AQuarterOfTheRestIsKeptForLocalPeers) {
    Peers many = alike(60);
    for (std::uint64_t id = 45; id <= 56; ++id)
        peer_of(many, id).local = true;
    Ids oldest = merits_and(17, 26);
    oldest.merge(merits_and(45, 54));
    EXPECT_EQ(protected_of(many), oldest);

    Peers few = alike(60);
    for (const std::uint64_t id : {50u, 56u})
        peer_of(few, id).local = true;
    Ids others = merits_and(17, 34);
    others.insert({50, 56});
    EXPECT_EQ(protected_of(few), others) << "what they leave is the others'";
}

TEST(CoreEviction, TheYoungestOfTheLargestNetgroupGoes) {
    Peers peers = alike(60);
    EXPECT_EQ(whom_core_evicts(peers), PeerId{56}) << "all are alike";
    for (const std::uint64_t id : {40u, 42u, 44u})
        peer_of(peers, id).netgroup = 6;
    EXPECT_EQ(whom_core_evicts(peers), PeerId{44});
    for (const std::uint64_t id : {37u, 38u, 45u})
        peer_of(peers, id).netgroup = 5;
    EXPECT_EQ(whom_core_evicts(peers), PeerId{45}) << "of groups alike the one with the younger";
    for (std::uint64_t id = 17; id <= 36; ++id)
        peer_of(peers, id).netgroup = 7;
    EXPECT_EQ(whom_core_evicts(peers), PeerId{45}) << "who is protected does not count";
    peer_of(peers, 41).netgroup = 6;
    EXPECT_EQ(whom_core_evicts(peers), PeerId{44}) << "four are more than three";
}

TEST(CoreEviction, PrefersThoseWhoAreDiscouragedIfNoMeritProtectsThem) {
    Peers peers = alike(60);
    for (const std::uint64_t id : {1u, 20u, 60u})
        peer_of(peers, id).discouraged = true;
    EXPECT_EQ(whom_core_evicts(peers), PeerId{56}) << "merits protect all three";
    for (const std::uint64_t id : {40u, 41u})
        peer_of(peers, id).discouraged = true;
    for (const std::uint64_t id : {50u, 51u, 52u})
        peer_of(peers, id).netgroup = 5;
    EXPECT_EQ(whom_core_evicts(peers), PeerId{41});
}

// Of random looks, from so few that many are equal.
Peers crowd(std::size_t count, test::SeededRandom& random) {
    Peers peers;
    for (std::uint64_t id = 1; id <= count; ++id) {
        Evictable peer{.peer = {id}, .connected = at(random.below(20))};
        if (random.below(4) > 0) peer.ping_min = std::chrono::milliseconds{random.below(20)};
        if (random.below(2) > 0) peer.gave_block = at(random.below(20));
        if (random.below(2) > 0) peer.gave_transaction = at(random.below(20));
        peer.relays_transactions = random.below(2) > 0;
        peer.serves_blocks = random.below(4) > 0;
        peer.local = random.below(5) == 0;
        peer.wanted = random.below(20) == 0;
        peer.discouraged = random.below(50) == 0;
        peer.netgroup = random.below(12);
        peers.push_back(peer);
    }
    return peers;
}

// -1: the first is better, 1: the second is; 0: this says nothing of them.
template <class T>
int higher(const T& a, const T& b) {
    return a == b ? 0 : (a > b ? -1 : 1);
}
using Aspect = int (*)(const Evictable&, const Evictable&);
int age(const Evictable& a, const Evictable& b) {
    const int earlier = -higher(a.connected, b.connected);
    return earlier != 0 ? earlier : -higher(a.peer.value, b.peer.value);
}
int netgroup(const Evictable& a, const Evictable& b) {
    return higher(a.netgroup, b.netgroup);
}
int ping(const Evictable& a, const Evictable& b) {
    if (!a.ping_min || !b.ping_min) return higher(a.ping_min.has_value(), b.ping_min.has_value());
    return -higher(*a.ping_min, *b.ping_min);
}
int transaction(const Evictable& a, const Evictable& b) {
    return higher(a.gave_transaction, b.gave_transaction);
}
int relays(const Evictable& a, const Evictable& b) {
    return higher(a.relays_transactions, b.relays_transactions);
}
int silent(const Evictable& a, const Evictable& b) {
    return -relays(a, b);
}
int block(const Evictable& a, const Evictable& b) {
    return higher(a.gave_block, b.gave_block);
}
int serves(const Evictable& a, const Evictable& b) {
    return higher(a.serves_blocks, b.serves_blocks);
}
int local(const Evictable& a, const Evictable& b) {
    return higher(a.local, b.local);
}

// Without those that have fewer than `count` betters by the first aspect that tells them apart.
template <class May>
Peers without(const Peers& peers, std::size_t count, const std::vector<Aspect>& aspects, May may) {
    const auto is_better = [&](const Evictable& a, const Evictable& b) {
        for (const Aspect aspect : aspects)
            if (const int says = aspect(a, b); says != 0) return says < 0;
        return false;
    };
    Peers left;
    for (const Evictable& peer : peers) {
        const auto betters = std::ranges::count_if(
            peers, [&](const Evictable& other) { return is_better(other, peer); });
        if (static_cast<std::size_t>(betters) >= count || !may(peer)) left.push_back(peer);
    }
    return left;
}

bool anybody(const Evictable&) {
    return true;
}

// Who of those that are left has nobody of a larger netgroup, or of one as large with a younger
// member, beside it, and nobody younger in its own.
std::optional<PeerId> worst(const Peers& left) {
    const auto members = [&](const Evictable& peer) {
        return std::ranges::count(left, peer.netgroup, &Evictable::netgroup);
    };
    for (const Evictable& peer : left) {
        if (std::ranges::none_of(left, [&](const Evictable& other) {
                const int more = higher(members(other), members(peer));
                return more != 0 ? more < 0 : age(peer, other) < 0;
            }))
            return peer.peer;
    }
    return std::nullopt;
}

std::optional<PeerId> naive(Peers peers) {
    std::erase_if(peers, [](const Evictable& peer) { return peer.wanted; });
    peers = without(peers, 4, {netgroup, age}, anybody);
    peers = without(peers, 8, {ping, age}, anybody);
    peers = without(peers, 4, {transaction, relays, age}, anybody);
    peers = without(peers, 8, {silent, block, serves, age}, [](const Evictable& peer) {
        return !peer.relays_transactions && peer.serves_blocks;
    });
    peers = without(peers, 4, {block, serves, age}, anybody);
    const std::size_t half = peers.size() / 2, before = peers.size();
    peers =
        without(peers, half / 2, {local, age}, [](const Evictable& peer) { return peer.local; });
    peers = without(peers, half - (before - peers.size()), {age}, anybody);
    Peers discouraged;
    std::ranges::copy_if(peers, std::back_inserter(discouraged), &Evictable::discouraged);
    return worst(discouraged.empty() ? peers : discouraged);
}

TEST(CoreEviction, IsWhatANaiveStatementOfItsRulesSays) {
    test::SeededRandom random(1);
    std::size_t chosen = 0;
    for (int round = 0; round < 3'000; ++round) {
        const std::size_t size = random.below(130);
        Peers peers = crowd(size, random);
        const auto gone = whom_core_evicts(peers);
        ASSERT_EQ(gone, naive(peers)) << round;
        std::ranges::reverse(peers);
        ASSERT_EQ(gone, whom_core_evicts(peers)) << "the order of peers says nothing";
        chosen += gone ? 1u : 0u;
    }
    EXPECT_GT(chosen, 1'500u);
}

// p2p/eviction.h says where ours is another: netgroups, and those without blocks.
TEST(CoreEviction, IsOursWithItsCountsIfNoTwoShareANetgroupAndAllServeBlocks) {
    test::SeededRandom random(2);
    std::size_t different = 0;
    for (int round = 0; round < 2'000; ++round) {
        const std::size_t size = random.below(130);
        Peers peers = crowd(size, random);
        different += whom_core_evicts(peers) != whom_to_evict(peers, p2p::Protections{}) ? 1u : 0u;
        for (Evictable& peer : peers) {
            peer.netgroup = random.next();
            peer.serves_blocks = true;
        }
        ASSERT_EQ(whom_core_evicts(peers), whom_to_evict(peers, p2p::Protections{})) << round;
    }
    EXPECT_GT(different, 0u);
}

}  // namespace
}  // namespace starling::sim
