// Whose inbound connection ends for a newcomer. The facts are those of Bitcoin Core's
// net_peer_eviction_tests where the rules are the same.

#include "p2p/eviction.h"

#include "support/seeded_random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace starling::p2p {
namespace {

using namespace std::chrono_literals;
using Ids = std::set<std::uint64_t>;

constexpr Protections kCore;

Time at(std::uint64_t seconds) {
    return Time{std::chrono::seconds{seconds}};
}

// Peers 0 to count - 1, each of a netgroup of its own, else of random looks.
std::vector<Evictable> crowd(std::size_t count, test::SeededRandom& random) {
    std::vector<Evictable> peers;
    for (std::uint64_t id = 0; id < count; ++id) {
        Evictable peer{.peer = {id}, .netgroup = random.next()};
        peer.connected = at(random.below(100));
        peer.ping_min = std::chrono::milliseconds{random.below(100)};
        if (random.below(2) > 0) peer.gave_block = at(random.below(100));
        if (random.below(2) > 0) peer.gave_transaction = at(random.below(100));
        peer.relays_transactions = random.below(2) > 0;
        peer.serves_blocks = random.below(2) > 0;
        peers.push_back(peer);
    }
    return peers;
}

template <class Look>
std::vector<Evictable> crowd(std::size_t count, test::SeededRandom& random, Look look) {
    auto peers = crowd(count, random);
    for (Evictable& peer : peers)
        look(peer, peer.peer.value);
    for (std::size_t i = peers.size(); i > 1; --i)
        std::swap(peers[i - 1], peers[random.below(i)]);
    return peers;
}

// A peer that is not protected goes first when it alone is discouraged.
bool is_protected(std::vector<Evictable> peers, std::uint64_t id, const Protections& protections) {
    for (Evictable& peer : peers)
        peer.discouraged = peer.peer.value == id;
    return whom_to_evict(peers, protections) != PeerId{id};
}
Ids protected_of(const std::vector<Evictable>& peers, const Protections& protections) {
    Ids ids;
    for (const Evictable& peer : peers) {
        if (is_protected(peers, peer.peer.value, protections)) ids.insert(peer.peer.value);
    }
    return ids;
}

// Whatever else they are like, the peers with lower ids than `count` are protected.
template <class Look>
void expect_protected(std::size_t count, Look look) {
    test::SeededRandom random(7);
    for (std::size_t size = count; size < 200; size += 1 + size / 8) {
        const auto peers = crowd(size, random, look);
        for (std::uint64_t id = 0; id < count; ++id)
            EXPECT_TRUE(is_protected(peers, id, kCore)) << id << " of " << size;
    }
}

TEST(Eviction, ProtectsFourOfTheHighestNetgroups) {
    expect_protected(4, [](Evictable& peer, std::uint64_t id) { peer.netgroup = 1'000 - id; });
}

TEST(Eviction, ProtectsTheEightNearest) {
    expect_protected(8, [](Evictable& peer, std::uint64_t id) {
        peer.ping_min = std::chrono::milliseconds{id};
    });
}

TEST(Eviction, ProtectsTheFourThatLastGaveATransaction) {
    expect_protected(
        4, [](Evictable& peer, std::uint64_t id) { peer.gave_transaction = at(1'000 - id); });
}

TEST(Eviction, ProtectsTheFourThatLastGaveABlock) {
    expect_protected(4,
                     [](Evictable& peer, std::uint64_t id) { peer.gave_block = at(1'000 - id); });
}

TEST(Eviction, ProtectsEightThatGaveBlocksAloneAndFourMore) {
    expect_protected(12, [](Evictable& peer, std::uint64_t id) {
        peer.gave_block = at(1'000 - id);
        peer.relays_transactions = id >= 8;
        peer.serves_blocks = true;
    });
}

TEST(Eviction, ProtectsAllOfThemTogether) {
    expect_protected(4 + 8 + 4 + 8 + 4, [](Evictable& peer, std::uint64_t id) {
        peer.netgroup = 1'000 - id;
        peer.ping_min = std::chrono::milliseconds{id < 4 ? 10'000 : id};
        peer.gave_transaction = at(id < 12 ? 0 : 1'000 - id);
        peer.gave_block = at(id < 16 ? 0 : 1'000 - id);
        peer.relays_transactions = id < 16 || id >= 24;
        peer.serves_blocks = true;
    });
}

TEST(Eviction, NeverEvictsWhomAPersonAskedFor) {
    test::SeededRandom random(1);
    for (std::size_t size = 1; size < 120; size += 7) {
        const auto all = crowd(size, random, [](auto& peer, auto) { peer.wanted = true; });
        EXPECT_EQ(whom_to_evict(all, kUnprotected), std::nullopt);
        const auto others = crowd(size, random, [](auto& peer, auto id) { peer.wanted = id != 0; });
        EXPECT_EQ(whom_to_evict(others, kUnprotected), PeerId{0});
    }
}

TEST(Eviction, FewStayTogetherAndOfManyOneGoes) {
    test::SeededRandom random(3);
    for (std::size_t size = 0; size < 120; ++size) {
        // Four netgroups, eight pings, four transactions and four blocks are taken always.
        const auto chosen = whom_to_evict(crowd(size, random), kCore);
        if (size <= 20) {
            EXPECT_FALSE(chosen) << size;
        }
        if (size >= 29) {
            EXPECT_TRUE(chosen) << size;
        }
    }
}

TEST(Eviction, HalfOfTheRestStaysTheOldest) {
    test::SeededRandom random(5);
    const auto rising = [](Evictable& peer, std::uint64_t id) { peer.connected = at(id); };
    const auto falling = [](Evictable& peer, std::uint64_t id) { peer.connected = at(12 - id); };
    EXPECT_EQ(protected_of(crowd(12, random, rising), kUnprotected), (Ids{0, 1, 2, 3, 4, 5}));
    EXPECT_EQ(protected_of(crowd(12, random, falling), kUnprotected), (Ids{6, 7, 8, 9, 10, 11}));
}

TEST(Eviction, AQuarterOfTheRestIsKeptForLocalPeers) {
    test::SeededRandom random(5);
    const auto locals = [&](std::size_t size, const Ids& local) {
        return protected_of(crowd(size, random,
                                  [&](Evictable& peer, std::uint64_t id) {
                                      peer.connected = at(id);
                                      peer.local = local.contains(id);
                                  }),
                            kUnprotected);
    };
    EXPECT_EQ(locals(12, {7, 8, 9, 10, 11}), (Ids{0, 1, 2, 7, 8, 9}));
    EXPECT_EQ(locals(12, {1, 9, 11}), (Ids{0, 1, 2, 3, 9, 11}));
    EXPECT_EQ(locals(4, {3}), (Ids{0, 3}));
    EXPECT_EQ(locals(12, {11}), (Ids{0, 1, 2, 3, 4, 11})) << "what they leave is the others'";
}

TEST(Eviction, OneNetgroupIsProtectedForItsKeyOnce) {
    test::SeededRandom random(9);
    const auto peers = crowd(40, random, [](Evictable& peer, std::uint64_t id) {
        peer.netgroup = id < 20 ? 1'000 : id;
        peer.connected = at(id);
    });
    Protections netgroups = kUnprotected;
    netgroups.netgroups = 4;
    const Ids stay = protected_of(peers, netgroups);
    for (const std::uint64_t id : {0u, 37u, 38u, 39u})
        EXPECT_TRUE(stay.contains(id)) << id;
    EXPECT_EQ(stay.size(), 4u + 18u) << "and half of the rest";
}

TEST(Eviction, OneNetgroupIsAQuarterOfTheOldWhileOthersWantTheRest) {
    test::SeededRandom random(19);
    const auto old = [&](std::uint64_t of_one) {
        return protected_of(crowd(16, random,
                                  [&](Evictable& peer, std::uint64_t id) {
                                      peer.connected = at(id);
                                      peer.netgroup = id < of_one ? 1 : 100 + id;
                                  }),
                            kUnprotected);
    };
    EXPECT_EQ(old(10), (Ids{0, 1, 10, 11, 12, 13, 14, 15}));
    EXPECT_EQ(old(2), (Ids{0, 1, 2, 3, 4, 5, 6, 7})) << "two of eight";
    EXPECT_EQ(old(14), (Ids{0, 1, 2, 3, 4, 5, 14, 15})) << "what others leave is its";
    EXPECT_EQ(old(16), (Ids{0, 1, 2, 3, 4, 5, 6, 7}));
}

TEST(Eviction, TheYoungestOfTheLargestNetgroupGoes) {
    test::SeededRandom random(11);
    const auto peers = crowd(20, random, [](Evictable& peer, std::uint64_t id) {
        peer.connected = at(id);
        peer.netgroup = id % 4 == 2 || id == 15 ? 1 : 100 + id;
    });
    EXPECT_EQ(whom_to_evict(peers, kUnprotected), PeerId{18});
    const auto alone =
        crowd(20, random, [](Evictable& peer, std::uint64_t id) { peer.connected = at(id); });
    EXPECT_EQ(whom_to_evict(alone, kUnprotected), PeerId{19}) << "of groups alike the younger";
}

TEST(Eviction, DiscouragedPeersGoFirstButForTheirMerits) {
    test::SeededRandom random(13);
    const auto peers = crowd(40, random, [](Evictable& peer, std::uint64_t id) {
        peer.connected = at(id);
        peer.discouraged = id == 25 || id == 30;
        if (id == 30) peer.gave_block = at(5'000);
    });
    EXPECT_EQ(whom_to_evict(peers, kUnprotected), PeerId{30});
    Protections blocks = kUnprotected;
    blocks.blocks = 1;
    EXPECT_EQ(whom_to_evict(peers, blocks), PeerId{25});
}

TEST(Eviction, FewerPlacesProtectFewerPeers) {
    const Protections all = protections_of(kCoreInboundMax);
    EXPECT_EQ(all.netgroups + all.pings + all.transactions + all.block_only + all.blocks, 28u);
    EXPECT_EQ(protections_of(10'000).pings, all.pings);
    const Protections few = protections_of(24);
    EXPECT_EQ(few.netgroups, 1u);
    EXPECT_EQ(few.pings, 2u);
    EXPECT_EQ(few.block_only, 2u);
    EXPECT_EQ(few.transactions, 2u) << "twice the share";
    EXPECT_EQ(few.blocks, 2u);
    test::SeededRandom random(15);
    for (std::size_t places = 6; places <= 200; ++places)
        EXPECT_TRUE(whom_to_evict(crowd(places, random), protections_of(places))) << places;
}

TEST(Eviction, DoesNotDependOnTheOrderOfPeers) {
    test::SeededRandom random(17);
    for (int round = 0; round < 50; ++round) {
        auto peers = crowd(60, random);
        const auto chosen = whom_to_evict(peers, kCore);
        std::ranges::reverse(peers);
        EXPECT_EQ(whom_to_evict(peers, kCore), chosen);
    }
}

}  // namespace
}  // namespace starling::p2p
