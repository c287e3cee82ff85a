#include "sim/checkers/marks.h"

#include "p2p/refusals.h"
#include "support/chain_builder.h"

#include <gtest/gtest.h>

#include <deque>
#include <set>

namespace starling::sim {
namespace {

using test::ChainBuilder;

std::uint64_t count(const Marks& marks, const std::string& name) {
    const auto found = marks.counts().find(name);
    return found == marks.counts().end() ? 0 : found->second;
}

// A host whose chain moves.
struct Chain {
    ChainBuilder builder{regtest()};
    std::deque<HeaderNode> nodes;
    Marks marks;

    void move(HostIndex host,
              std::int32_t height,
              const std::vector<Shared<CheckedBlock>>& disconnected,
              const std::vector<Shared<CheckedBlock>>& connected) {
        HeaderNode& node = nodes.emplace_back();
        node.height = Height{height};
        node.hash = connected.back()->hash;
        marks.tip_changed(host, {&node, disconnected, connected});
    }
};

TEST(Marks, NamesEachOnce) {
    const std::set<std::string_view> names(Marks::names().begin(), Marks::names().end());
    EXPECT_EQ(names.size(), Marks::names().size());
}

TEST(Marks, CountReorganisationsByDepth) {
    Chain chain;
    const auto old = chain.builder.mine_many(chain.builder.genesis(), 3);
    const auto other = chain.builder.mine_many(chain.builder.genesis(), 4);
    chain.move(0, 3, {}, old);
    EXPECT_EQ(count(chain.marks, "reorganised"), 0u);
    chain.move(0, 4, {old.rbegin(), old.rend()}, other);
    EXPECT_EQ(count(chain.marks, "reorganised"), 1u);
    EXPECT_EQ(count(chain.marks, "reorganised_3"), 1u);
}

TEST(Marks, SeeATransactionComeBackAfterAReorganisation) {
    Chain chain;
    const auto old = chain.builder.mine(chain.builder.genesis());
    const auto other = chain.builder.mine(chain.builder.genesis());
    chain.move(0, 1, {old}, {other});
    mempool::PoolEntry entry;
    entry.transaction = old->block.transactions.front();
    mempool::PoolChanged change;
    change.added.push_back(std::make_shared<const mempool::PoolEntry>(entry));
    chain.marks.pool_changed(1, change);
    EXPECT_EQ(count(chain.marks, "transaction_returned"), 0u);
    chain.marks.pool_changed(0, change);
    EXPECT_EQ(count(chain.marks, "transaction_returned"), 1u);
    change.removed.emplace_back(entry.transaction, mempool::Departure::conflict);
    chain.marks.pool_changed(0, change);
    EXPECT_EQ(count(chain.marks, "pool_conflict"), 1u);
    EXPECT_EQ(count(chain.marks, "transaction_returned"), 1u) << "it came back once";
}

TEST(Marks, SeeAChainComeBackFromTheTail) {
    Chain chain;
    const auto blocks = chain.builder.mine_many(chain.builder.genesis(), 3);
    chain.move(0, 3, {}, blocks);
    chain.marks.host_stopped(0, true);
    chain.marks.host_started(0);
    chain.move(0, 2, {}, {blocks[1]});
    EXPECT_EQ(count(chain.marks, "crash_lost_commits"), 0u) << "not yet where it was";
    chain.move(0, 3, {}, {blocks[2]});
    EXPECT_EQ(count(chain.marks, "crash_lost_commits"), 1u);
    EXPECT_EQ(count(chain.marks, "tail_reconnected"), 2u);
}

TEST(Marks, TellACrashThatLostNothing) {
    Chain chain;
    const auto blocks = chain.builder.mine_many(chain.builder.genesis(), 3);
    chain.move(0, 2, {}, {blocks[0], blocks[1]});
    chain.marks.host_stopped(0, true);
    chain.marks.host_started(0);
    chain.marks.received(0, 1, p2p::BlockMessage{{}, {}, Failure{Reject{}}}, 1'000);
    chain.move(0, 3, {}, {blocks[2]});
    EXPECT_EQ(count(chain.marks, "crash_lost_commits"), 0u);
    EXPECT_EQ(count(chain.marks, "tail_reconnected"), 0u);
}

TEST(Marks, SeeAPausedHostCatchUp) {
    Chain chain;
    const auto blocks = chain.builder.mine_many(chain.builder.genesis(), 2);
    chain.move(0, 1, {}, {blocks[0]});
    chain.move(1, 1, {}, {blocks[0]});
    const Fault pause{.kind = Fault::Kind::pause, .hosts = {0}};
    chain.marks.fault(pause, true);
    chain.move(1, 2, {}, {blocks[1]});
    chain.marks.fault(pause, false);
    EXPECT_EQ(count(chain.marks, "paused_host_caught_up"), 0u);
    chain.move(0, 2, {}, {blocks[1]});
    EXPECT_EQ(count(chain.marks, "paused_host_caught_up"), 1u);
}

TEST(Marks, TakeGossipsWord) {
    using Kind = p2p::Event::Kind;
    Marks marks;
    const p2p::PeerId one{1}, two{2};
    marks.gossip_event(0, {.kind = Kind::orphan_resolved, .peer = one, .other = one});
    EXPECT_EQ(count(marks, "orphan_resolved_by_second_peer"), 0u);
    marks.gossip_event(0, {.kind = Kind::orphan_resolved, .peer = one, .other = two});
    EXPECT_EQ(count(marks, "orphan_resolved_by_second_peer"), 1u);
    EXPECT_EQ(count(marks, "orphan_resolved"), 2u);
    marks.gossip_event(0, {.kind = Kind::download_taken_over, .peer = one, .other = two});
    EXPECT_EQ(count(marks, "download_taken_over"), 1u);
    marks.gossip_event(0, {.kind = Kind::presync_aborted, .peer = one});
    EXPECT_EQ(count(marks, "presync_aborted"), 1u);
    marks.gossip_event(
        0, {.kind = Kind::misbehaved, .peer = one, .offence = p2p::Offence::invalid_transaction});
    EXPECT_EQ(count(marks, "invalid_transaction_refused"), 1u);
}

TEST(Marks, AreReachedByTheEventsOfConnections) {
    using Kind = p2p::Event::Kind;
    Marks marks;
    for (const Kind kind : {Kind::anchor_dialled, Kind::anchor_lost, Kind::feeler_answered,
                            Kind::tip_stale, Kind::extra_peer_kept, Kind::extra_peer_dropped,
                            Kind::peer_behind, Kind::inbound_evicted, Kind::ping_timed_out}) {
        marks.gossip_event(0, {.kind = kind});
        EXPECT_EQ(count(marks, std::string(to_string(kind))), 1u);
    }
}

TEST(Marks, SeeAConnectionComeAgain) {
    Marks marks;
    marks.connected(0, 1);
    marks.disconnected(0, 1);
    marks.connected(1, 0);
    EXPECT_EQ(count(marks, "redialled"), 0u);
    marks.connected(0, 1);
    EXPECT_EQ(count(marks, "redialled"), 1u);
    marks.dropped(0, 1, p2p::describe(p2p::Refusal::inbound_full));
    EXPECT_EQ(count(marks, "inbound_full"), 1u);
    marks.gossip_event(0, {.kind = p2p::Event::Kind::inbound_evicted});
    EXPECT_EQ(count(marks, "inbound_evicted"), 1u);
}

TEST(Marks, SeeANodeReplaceAnother) {
    Marks marks;
    marks.node_joined(0, {});
    EXPECT_EQ(count(marks, "discovery_node_replaced"), 0u);
    marks.node_left(0, {});
    marks.node_joined(0, {});
    EXPECT_EQ(count(marks, "discovery_node_replaced"), 1u);
}

}  // namespace
}  // namespace starling::sim
