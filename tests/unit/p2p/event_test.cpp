// What happens is seen without reading strings.

#include "p2p/event.h"

#include "support/lone_gossip.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

namespace starling::p2p {
namespace {

using namespace std::chrono_literals;
using test::LoneGossip;
using Kind = Event::Kind;

BlockMessage message_of(const Shared<CheckedBlock>& block) {
    return {block->hash, block->block.header, block};
}

Headers headers_of(const std::vector<Shared<CheckedBlock>>& blocks) {
    Headers message;
    for (const auto& block : blocks)
        message.headers.push_back(block->block.header);
    return message;
}

Shared<Transaction> spend(const OutPoint& point, std::int64_t amount) {
    return test::shared(test::spend({point}, {Amount{amount}}));
}

TEST(Event, EachKindHasAName) {
    std::set<std::string_view> names;
    for (std::size_t kind = 0; kind < Event::kKinds; ++kind)
        names.insert(to_string(Kind{static_cast<int>(kind)}));
    EXPECT_EQ(names.size(), Event::kKinds);
    EXPECT_EQ(to_string(Kind::block_announced), "block_announced");
    EXPECT_EQ(to_string(Kind::low_work_refused), "low_work_refused");
}

TEST(Event, SaysWhatAPersonReads) {
    const Event event{.kind = Kind::misbehaved,
                      .peer = {3},
                      .offence = Offence::malformed_message,
                      .detail = "inv, trailing bytes"};
    EXPECT_EQ(describe(event), "misbehaved: malformed message: inv, trailing bytes");
}

TEST(Event, NamesWhoTookABlockOverFromWhom) {
    LoneGossip node;
    const auto blocks = node.builder().mine_many(node.builder().genesis(), 2);
    const PeerId slow = node.join();
    const PeerId quick = node.join();
    node.say(slow, headers_of(blocks));
    node.say(quick, headers_of(blocks));
    const auto caused = node.wait(3s);
    ASSERT_EQ(caused.of(Kind::download_stalled).size(), 1u);
    EXPECT_EQ(caused.of(Kind::download_stalled)[0].peer, slow);
    const auto taken = caused.of(Kind::download_taken_over);
    ASSERT_EQ(taken.size(), 2u);
    EXPECT_EQ(taken[0].peer, quick);
    EXPECT_EQ(taken[0].other, slow);
    EXPECT_EQ(taken[0].hash.bytes, blocks[0]->hash.bytes);
    node.say(quick, message_of(blocks[0]));
    EXPECT_EQ(node.say(slow, message_of(blocks[0])).of(Kind::block_unwanted).size(), 1u);
    EXPECT_EQ(node.wait(2min).of(Kind::download_timed_out).size(), 2u);
}

TEST(Event, NamesWhoSentAnOrphanAndWhoItsParent) {
    LoneGossip node;
    const auto block = node.builder().mine(node.builder().genesis());
    node.grow({block});
    const PeerId one = node.join();
    const PeerId other = node.join();
    const auto parent = spend({block->block.transactions[0]->txid(), 0}, 500);
    const auto child = spend({parent->txid(), 0}, 400);
    const auto grandchild = spend({child->txid(), 0}, 300);
    const auto kept = node.say(one, Tx{child}).of(Kind::orphan_kept);
    ASSERT_EQ(kept.size(), 1u);
    EXPECT_EQ(kept[0].peer, one);
    EXPECT_EQ(kept[0].hash.bytes, child->txid().bytes);
    node.say(other, Tx{grandchild});
    auto resolved = node.say(other, Tx{parent}).of(Kind::orphan_resolved);
    ASSERT_EQ(resolved.size(), 2u);
    std::ranges::sort(resolved, {}, &Event::peer);
    EXPECT_EQ(resolved[0].peer, one);
    EXPECT_EQ(resolved[0].other, other);
    EXPECT_EQ(resolved[0].hash.bytes, child->txid().bytes);
    EXPECT_EQ(resolved[1].peer, other);
    EXPECT_EQ(resolved[1].other, one);
    EXPECT_EQ(resolved[1].hash.bytes, grandchild->txid().bytes);
}

TEST(Event, NamesNobodyWhereTheParentCameInABlock) {
    LoneGossip node;
    const auto block = node.builder().mine(node.builder().genesis());
    node.grow({block});
    const PeerId peer = node.join();
    const auto parent = spend({block->block.transactions[0]->txid(), 0}, 500);
    node.say(peer, Tx{spend({parent->txid(), 0}, 400)});
    const auto next = node.builder().mine(block->hash, {parent->data()});
    const auto caused = node.submit(chain::Input{chain::BlockArrived{{}, next, false}});
    const auto resolved = caused.of(Kind::orphan_resolved);
    ASSERT_EQ(resolved.size(), 1u);
    EXPECT_EQ(resolved[0].peer, peer);
    EXPECT_EQ(resolved[0].other, PeerId{});
}

TEST(Event, NamesWhoIsAskedForATransactionInsteadOfWhom) {
    LoneGossip node;
    const PeerId silent = node.join();
    const PeerId honest = node.join();
    const Inv inv{{InventoryItem::wtxid(Wtxid{{7}})}};
    node.say(silent, inv);
    node.say(honest, inv);
    const auto taken = node.wait(61s).of(Kind::transaction_taken_over);
    ASSERT_EQ(taken.size(), 1u);
    EXPECT_EQ(taken[0].peer, honest);
    EXPECT_EQ(taken[0].other, silent);
    EXPECT_EQ(taken[0].hash.bytes[0], 7);
}

TEST(Event, TellsHowALowWorkChainEnds) {
    LoneGossip node;
    node.wait(48h);
    node.grow(node.builder().mine_many(node.builder().genesis(), 2'300));
    test::ChainBuilder attacker;
    attacker.mine(attacker.genesis());  // so that its blocks are not the same as ours
    const Headers all = headers_of(attacker.mine_many(attacker.genesis(), 2'400));
    const auto part = [&](long from, long to) {
        return Headers{{all.headers.begin() + from, all.headers.begin() + to}};
    };
    const PeerId peer = node.join();
    EXPECT_EQ(node.say(peer, part(0, 100)).of(Kind::low_work_refused).size(), 1u);
    EXPECT_EQ(node.say(peer, part(0, 2'000)).of(Kind::presync_began).size(), 1u);
    EXPECT_EQ(node.say(peer, Headers{}).of(Kind::presync_aborted).size(), 1u);
    node.say(peer, part(0, 2'000));
    EXPECT_EQ(node.say(peer, part(2'000, 2'400)).of(Kind::presync_proved).size(), 1u);
    node.say(peer, part(0, 2'000));
    EXPECT_EQ(node.say(peer, part(2'000, 2'400)).of(Kind::presync_ended).size(), 1u);
    EXPECT_GT(node.ledger().tree().size(), 4'000u);
}

TEST(Event, TellsForWhichOffenceAPeerIsDropped) {
    LoneGossip node;
    const PeerId peer = node.join();
    const auto caused = node.say(peer, Malformed{"inv", "trailing bytes"});
    ASSERT_EQ(caused.of(Kind::misbehaved).size(), 1u);
    const auto dropped = caused.of(Kind::dropped_for_conduct);
    ASSERT_EQ(dropped.size(), 1u);
    EXPECT_EQ(dropped[0].peer, peer);
    EXPECT_EQ(dropped[0].offence, Offence::malformed_message);
    EXPECT_EQ(caused.dropped.at(peer), "malformed message: inv, trailing bytes");
}

}  // namespace
}  // namespace starling::p2p
