// Many machines on one virtual network: what must become true of all of them.

#include "support/discovery_probe.h"
#include "support/public_network.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace starling {
namespace {

using namespace p2p::discv5;
using namespace std::chrono_literals;
using test::DiscoveryProbe;
using test::DiscoveryWorld;
using Index = DiscoveryWorld::Index;

// Node 0, and others that know nothing but its record.
void populate(DiscoveryWorld& world, std::size_t nodes, const Parameters& parameters = local()) {
    const Index first = world.add({.parameters = &parameters});
    for (std::size_t i = 1; i < nodes; ++i)
        world.add({.parameters = &parameters, .bootnodes = {world[first].record()}});
}

bool all_know(DiscoveryWorld& world, std::size_t others, Index from = 0) {
    for (Index i = from; i < world.size(); ++i) {
        if (world[i].table().size() < others) return false;
    }
    return true;
}

template <class Wanted>
std::vector<Wanted> effects_of(const DiscoveryWorld& world, Index i) {
    std::vector<Wanted> out;
    for (const Effect& effect : world.effects(i)) {
        if (const auto* wanted = std::get_if<Wanted>(&effect)) out.push_back(*wanted);
    }
    return out;
}

std::vector<p2p::Sighting> found_by(const DiscoveryWorld& world, Index i) {
    std::vector<p2p::Sighting> out;
    for (const NodesFound& found : effects_of<NodesFound>(world, i))
        out.insert(out.end(), found.sightings.begin(), found.sightings.end());
    return out;
}

TEST(DiscoveryWorld, FindsTheNetworkFromOneBootstrapRecord) {
    DiscoveryWorld world;
    populate(world, 32);
    EXPECT_TRUE(world.run_until([&] { return all_know(world, 8); }, 5s));
    // And enough that can be dialled.
    for (Index i = 0; i < world.size(); ++i)
        EXPECT_GE(found_by(world, i).size(), 8u) << i;
}

TEST(DiscoveryWorld, TellsOfAllThatAnAnswerNamesAtOnce) {
    DiscoveryWorld world;
    populate(world, 32);
    world.run_for(1min);
    std::size_t most = 0;
    for (const NodesFound& found : effects_of<NodesFound>(world, 0)) {
        EXPECT_FALSE(found.sightings.empty());
        most = std::max(most, found.sightings.size());
    }
    EXPECT_GT(most, 8u);
}

TEST(DiscoveryWorld, TellsOfANodeAgainInAWhileAndOfItsNewerRecordAtOnce) {
    DiscoveryWorld world;
    populate(world, 6);
    ASSERT_TRUE(world.run_until([&] { return all_know(world, 5); }, 30s));
    const auto told = [&](std::uint64_t sequence) {
        return std::ranges::count_if(found_by(world, 0), [&](const p2p::Sighting& found) {
            const auto& record = *found.record;
            return record.id() == world.identity(3).id && record.sequence() == sequence;
        });
    };
    const Duration span = 10 * pace_of(local()).again;
    const std::uint64_t before = world[3].record()->sequence();
    const auto already = told(before);
    world.run_for(6 * span);
    EXPECT_GE(told(before) - already, 4);
    EXPECT_LE(told(before) - already, 12);
    // At once, whenever the old one was told of.
    ASSERT_TRUE(world.run_until([&, was = told(before)] { return told(before) > was; }, 2 * span));
    world.stop(3);
    world.restart(3, {.bootnodes = {world[0].record()}});
    const std::uint64_t newer = world[3].record()->sequence();
    ASSERT_GT(newer, before);
    EXPECT_TRUE(world.run_until([&] { return told(newer) > 0; }, span / 3));
}

// Of what is told a share is the teller's netgroup's. Who has none left would keep a node from
// being filed by telling of it first, if nobody else's word counted for a while.
TEST(DiscoveryWorld, EachNetgroupThatNamesANodeIsAWordOfItsOwn) {
    DiscoveryWorld world;
    const auto& parameters = test::public_network();
    const auto at = [](std::uint8_t n) { return p2p::Endpoint::ipv4({60, n, 1, 1}, 9'000); };
    for (std::uint8_t n = 0; n < 6; ++n) {
        DiscoveryWorld::Birth birth{.parameters = &parameters, .address = at(n)};
        if (n > 0) birth.bootnodes = {world[0].record()};
        world.add(birth);
    }
    world.run_for(4min);
    std::map<std::pair<p2p::NodeId, std::uint64_t>, std::vector<p2p::Endpoint>> tellers;
    for (const p2p::Sighting& found : found_by(world, 0)) {
        const p2p::Record& record = *found.record;
        tellers[{record.id(), record.sequence()}].push_back(found.source);
    }
    ASSERT_EQ(tellers.size(), 5U);
    for (const auto& [record, sources] : tellers) {
        const std::set<p2p::Endpoint> different(sources.begin(), sources.end());
        EXPECT_GE(different.size(), 3U);
        EXPECT_EQ(different.size(), sources.size()) << "each seldom";
    }
}

TEST(DiscoveryWorld, ANodeOfAnotherNetworkNeverEnters) {
    DiscoveryWorld world;
    populate(world, 5);
    const Index stranger = world.add({.parameters = &regtest(), .bootnodes = {world[0].record()}});
    DiscoveryProbe untagged(world, 1);  // of no network: any discv5 node
    ASSERT_TRUE(untagged.ask_for<Pong>(0, Ping{{1}, 1}));
    world.feed(stranger, NodeHeard{{world[1].record(), p2p::Origin::gossiped, world.address(2)}});
    world.feed(1, NodeHeard{{world[stranger].record(), p2p::Origin::gossiped, world.address(2)}});
    world.run_for(20s);
    EXPECT_EQ(world[stranger].table().size(), 0u);
    EXPECT_GE(world[stranger].figures().foreign_networks, 1u);
    for (Index i = 0; i < 5; ++i) {
        EXPECT_EQ(world[i].table().size(), 4u);
        EXPECT_FALSE(world.knows(i, stranger));
        EXPECT_EQ(world[i].table().find(untagged.identity().id), nullptr);
    }
    EXPECT_GE(world[1].figures().foreign_networks, 1u);
    EXPECT_GE(world[0].figures().foreign_networks, 1u);
}

TEST(DiscoveryWorld, WhatWasSavedIsEnoughThoughTheBootstrapNodeIsGone) {
    DiscoveryWorld world;
    populate(world, 12);
    ASSERT_TRUE(world.run_until([&] { return all_know(world, 8); }, 20s));
    world.run_for(10s);
    ASSERT_FALSE(effects_of<SavePeers>(world, 5).empty());
    const Bytes saved = world[5].saved(world.now());
    const auto before = world[5].record()->sequence();
    const auto bootnode = world[0].record();
    world.stop(0);
    world.stop(5);
    world.run_for(1s);
    world.restart(5, {.bootnodes = {bootnode}, .saved = saved});
    EXPECT_TRUE(world.run_until([&] { return world[5].table().size() >= 8; }, 5s));
    EXPECT_GT(world[5].record()->sequence(), before);
}

TEST(DiscoveryWorld, DamagedSavedPeersAreIgnored) {
    DiscoveryWorld world;
    populate(world, 4);
    world.run_for(10s);
    Bytes saved = world[1].saved(world.now());
    saved[saved.size() / 2] ^= 1;
    world.restart(1, {.bootnodes = {world[0].record()}, .saved = saved});
    EXPECT_TRUE(world.run_until([&] { return world[1].table().size() == 3; }, 5s));
}

TEST(DiscoveryWorld, ABootstrapNodeThatIsSilentAtFirstIsAskedAgain) {
    DiscoveryWorld world;
    const Index bootnode = world.add({});
    const auto record = world[bootnode].record();
    world.stop(bootnode);
    const Index node = world.add({.bootnodes = {record}});
    world.run_for(20s);
    EXPECT_EQ(world[node].table().size(), 0u);
    // With growing waits: not once a timeout.
    EXPECT_LE(world[node].figures().requests, 10u);
    world.restart(bootnode, {});
    EXPECT_TRUE(world.run_until([&] { return world.knows(node, bootnode); }, 10s));
}

TEST(DiscoveryWorld, ABootstrapNodeThatWasRestartedFindsBack) {
    DiscoveryWorld world;
    populate(world, 4);
    world.run_for(10s);
    world.stop(0);
    world.run_for(60s);  // forgotten by all tables
    for (Index i = 1; i < 4; ++i)
        EXPECT_FALSE(world.knows(i, 0));
    world.restart(0, {});  // without saved peers
    EXPECT_TRUE(world.run_until([&] { return world[0].table().size() == 3; }, 20s));
}

TEST(DiscoveryWorld, WhoLostEverybodyAsksThoseThatItRemembersAgain) {
    DiscoveryWorld world;
    populate(world, 6);
    ASSERT_TRUE(world.run_until([&] { return all_know(world, 5); }, 30s));
    world.restart(5, {.saved = world[5].saved(world.now())});
    ASSERT_TRUE(world.run_until([&] { return world[5].table().size() == 5; }, 10s));
    for (Index i = 0; i < 5; ++i)
        world.stop(i);
    world.run_for(5min);
    ASSERT_EQ(world[5].table().size(), 1u) << "the last stays, though it is gone";
    // All come back but that one, and none of them knows of us.
    for (Index i = 0; i < 5; ++i) {
        if (!world.knows(5, i)) world.restart(i, {});
    }
    EXPECT_TRUE(world.run_until([&] { return world[5].table().size() >= 4; }, 30s));
}

TEST(DiscoveryWorld, TablesHealWhenHalfOfTheNodesVanish) {
    DiscoveryWorld world;
    populate(world, 18);
    ASSERT_TRUE(world.run_until([&] { return all_know(world, 12); }, 60s));
    for (Index i = 0; i < 9; ++i)
        world.stop(i);
    const auto healed = [&] {
        for (Index i = 9; i < 18; ++i) {
            std::size_t living = 0;
            for (Index j = 0; j < 18; ++j) {
                if (!world.knows(i, j)) continue;
                if (j < 9) return false;
                ++living;
            }
            if (living < 7) return false;
        }
        return true;
    };
    EXPECT_TRUE(world.run_until(healed, 180s));
    const Figures figures = world[14].figures();
    EXPECT_GE(figures.left, 4u);
    EXPECT_EQ(figures.joined - figures.left, world[14].table().size());
    EXPECT_EQ(effects_of<NodeJoined>(world, 14).size(), figures.joined);
    EXPECT_EQ(effects_of<NodeLeft>(world, 14).size(), figures.left);
}

TEST(DiscoveryWorld, OurAddressFollowsTheVotesAndTheSequenceRises) {
    DiscoveryWorld world;
    populate(world, 6);
    const Index node = world.add({.bootnodes = {world[0].record()}, .knows_address = false});
    const auto before = world[node].record();
    EXPECT_FALSE(before->udp());
    EXPECT_TRUE(world.run_until([&] { return world[node].record()->udp().has_value(); }, 10s));
    const auto after = world[node].record();
    EXPECT_EQ(after->udp(), world.address(node));
    EXPECT_EQ(after->tcp(), world.address(node));
    EXPECT_GT(after->sequence(), before->sequence());
    EXPECT_EQ(effects_of<RecordChanged>(world, node).back().record, after);
    // Then others can use it.
    EXPECT_TRUE(world.run_until([&] { return world.knows(0, node) && world.knows(3, node); }, 30s));
}

TEST(DiscoveryWorld, WhoSpokeToUsFirstHasNoVote) {
    DiscoveryWorld world;
    const Index node = world.add({.knows_address = false});
    std::vector<std::unique_ptr<DiscoveryProbe>> voters;
    const auto lie = p2p::Endpoint::ipv4({66, 66, 66, 66}, 666);
    for (std::uint64_t i = 1; i <= 20; ++i) {
        voters.push_back(
            std::make_unique<DiscoveryProbe>(world, i, DiscoveryProbe::fields_of(local())));
        voters.back()->answer = [&](const Message& message) {
            return std::vector<Message>{Pong{request_id(message), 1, lie}};
        };
        voters.back()->ask(node, Ping{{1}, 1});
    }
    world.run_for(30s);
    EXPECT_GE(world[node].table().size(), 8u) << "they answered and are in the table";
    EXPECT_FALSE(world[node].record()->udp());
}

TEST(DiscoveryWorld, ANewerRecordIsFetchedWhenAPongSpeaksOfIt) {
    DiscoveryWorld world;
    populate(world, 3);
    ASSERT_TRUE(world.run_until([&] { return all_know(world, 2); }, 10s));
    world.stop(2);
    world.run_for(100ms);
    world.restart(2, {.bootnodes = {world[0].record()}});  // signs anew, keeps its place
    const auto renewed = world[2].record();
    const auto known = [&](Index i) {
        const TableNode* node = world[i].table().find(renewed->id());
        return node != nullptr && node->record->sequence() == renewed->sequence();
    };
    EXPECT_TRUE(world.run_until([&] { return known(0) && known(1); }, 20s));
}

TEST(DiscoveryWorld, ALookupTellsItsWay) {
    DiscoveryWorld world;
    populate(world, 20);
    ASSERT_TRUE(world.run_until([&] { return all_know(world, 8); }, 20s));
    const p2p::NodeId target = world.identity(17).id;
    world.feed(9, LookupAsked{42, target});
    const auto finished = [&] { return !effects_of<LookupFinished>(world, 9).empty(); };
    ASSERT_TRUE(world.run_until(finished, 10s));
    const LookupFinished result = effects_of<LookupFinished>(world, 9).front();
    EXPECT_EQ(result.ticket, 42u);
    EXPECT_EQ(result.report.target, target);
    ASSERT_FALSE(result.report.closest.empty());
    EXPECT_EQ(result.report.closest.front().record->id(), target);
    EXPECT_FALSE(result.report.steps.empty());
}

TEST(DiscoveryWorld, ALookupWithAnEmptyTableEndsAtOnce) {
    DiscoveryWorld world;
    const Index node = world.add({});
    world.feed(node, LookupAsked{7, test::identity(99).id});
    ASSERT_EQ(effects_of<LookupFinished>(world, node).size(), 1u);
    EXPECT_TRUE(effects_of<LookupFinished>(world, node).front().report.closest.empty());
}

TEST(DiscoveryWorld, TalksAndLearnsThatNobodyAnswers) {
    DiscoveryWorld world;
    populate(world, 2);
    world[0].serve("echo", [](const auto&, ByteView request) {
        return Bytes(request.begin(), request.end());
    });
    world.feed(1, TalkAsked{1, world[0].record(), {'e', 'c', 'h', 'o'}, {1, 2, 3}});
    world.feed(1, TalkAsked{2, world[0].record(), {'n', 'o'}, {1, 2, 3}});
    world.feed(1, TalkAsked{4, world[0].record(), {'e'}, Bytes(2'000)});
    world.run_for(2s);
    world.stop(0);
    world.feed(1, TalkAsked{3, world[1].record(), {'e'}, {}});
    world.run_for(2s);
    std::map<Ticket, std::optional<Bytes>> by_ticket;
    for (const TalkFinished& talk : effects_of<TalkFinished>(world, 1))
        by_ticket[talk.ticket] = talk.response;
    EXPECT_EQ(by_ticket.at(1), (Bytes{1, 2, 3}));
    EXPECT_EQ(by_ticket.at(2), Bytes{});
    EXPECT_EQ(by_ticket.at(3), std::nullopt);
    EXPECT_EQ(by_ticket.at(4), std::nullopt);
}

TEST(DiscoveryWorld, AnIdleNodeSleeps) {
    DiscoveryWorld world;
    populate(world, 2, test::public_network());
    world.run_for(10min);
    const std::size_t before = world.wakeups();
    world.run_for(10min);
    // Revalidation every 6 s on average with its timeout, refreshes, saving, keys that expire.
    EXPECT_LE(world.wakeups() - before, 2u * 10 * 60);
}

TEST(DiscoveryWorld, AnswersOfLiarsAreNotBelieved) {
    DiscoveryWorld world;
    const Index node = world.add({});
    DiscoveryProbe liar(world, 1, DiscoveryProbe::fields_of(local()));
    std::vector<std::unique_ptr<DiscoveryProbe>> victims;
    for (std::uint64_t i = 2; i < 8; ++i) {  // as many as a packet holds
        victims.push_back(
            std::make_unique<DiscoveryProbe>(world, i, DiscoveryProbe::fields_of(local())));
    }
    std::size_t asked = 0, misplaced = 0;
    liar.answer = [&](const Message& message) -> std::vector<Message> {
        if (std::holds_alternative<Ping>(message))
            return {Pong{request_id(message), 1, world.address(node)}};
        const auto* find = std::get_if<FindNode>(&message);
        if (find == nullptr) return {};
        ++asked;
        // Rubbish, bad signatures, and true records where nobody asked for them.
        std::vector<Bytes> records{Bytes{0xc2, 1, 2}};
        for (const auto& victim : victims) {
            const unsigned distance = p2p::log_distance(liar.identity().id, victim->identity().id);
            records.push_back(victim->record()->bytes());
            if (std::ranges::find(find->distances, distance) == find->distances.end())
                ++misplaced;
            else
                records.back().back() ^= 1;
        }
        return {Nodes{request_id(message), 1, std::move(records)}};
    };
    liar.ask(node, Ping{{1}, 1});
    world.run_for(30s);
    EXPECT_GT(asked, 0u);
    EXPECT_GT(misplaced, 0u);
    EXPECT_EQ(world[node].figures().timeouts, 0u) << "its answers arrived";
    EXPECT_NE(world[node].table().find(liar.identity().id), nullptr);
    for (const auto& victim : victims)
        EXPECT_TRUE(victim->datagrams.empty()) << "was asked on a liar's word";
}

// A node of the Internet must not have us ask the machines beside us.
TEST(DiscoveryWorld, PrivateAddressesAreNotTakenFromPublicNodes) {
    DiscoveryWorld world;
    const auto at = [](std::uint8_t a) { return p2p::Endpoint::ipv4({a, 5, 6, 7}, 9'000); };
    const Index node = world.add({.parameters = &test::public_network(), .address = at(44)});
    const Index teller = world.add({.parameters = &test::public_network(), .address = at(45)});
    DiscoveryProbe hidden(world, 1, DiscoveryProbe::fields_of(test::public_network()));  // 10.x
    const p2p::Sighting sighting{hidden.record(), p2p::Origin::gossiped, world.address(teller)};
    world.feed(node, NodeHeard{sighting});
    world.run_for(5s);
    EXPECT_TRUE(hidden.datagrams.empty());
}

}  // namespace
}  // namespace starling
