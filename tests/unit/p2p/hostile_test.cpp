// Ways in which nodes of this kind have failed, as far as they concern gossip. The number in each
// comment is that of the list in the project's notes.

#include "support/lone_gossip.h"

#include <gtest/gtest.h>

#include <chrono>
#include <limits>

namespace starling::p2p {
namespace {

using namespace std::chrono_literals;
using test::LoneGossip;

std::array<std::uint8_t, 32> number(std::uint32_t n) {
    std::array<std::uint8_t, 32> hash{};
    for (std::size_t i = 0; i < 4; ++i)
        hash[i] = static_cast<std::uint8_t>(n >> (8 * i));
    hash[31] = 0xee;
    return hash;
}

std::vector<InventoryItem> items(InventoryItem::Type type, std::uint32_t count) {
    std::vector<InventoryItem> out;
    for (std::uint32_t n = 0; n < count; ++n)
        out.push_back({static_cast<std::uint32_t>(type), number(n)});
    return out;
}

Shared<Transaction> orphan_of(const std::vector<Txid>& parents, std::int64_t amount) {
    std::vector<OutPoint> points;
    for (const Txid& parent : parents)
        points.push_back({parent, 0});
    return test::shared(test::spend(points, {Amount{amount}}));
}

BlockMessage message_of(const Shared<CheckedBlock>& block) {
    return {block->hash, block->block.header, block};
}

// 2.
TEST(Hostile, AcceptingATransactionChecksAFewOrphansAndForgetsTheBadOnes) {
    LoneGossip node;
    const auto block = node.builder().mine(node.builder().genesis());
    node.grow({block});
    const auto parent = orphan_of({block->block.transactions[0]->txid()}, 5'000);
    const PeerId bad = node.join();
    const PeerId incomplete = node.join();
    std::vector<Txid> missing{parent->txid()};
    for (std::uint32_t n = 0; n < 20; ++n)
        missing.push_back(Txid{number(n)});
    for (std::int64_t n = 0; n < 100; ++n) {
        node.say(incomplete, Tx{orphan_of(missing, 1 + n)});
        const auto orphan = orphan_of({parent->txid()}, 1 + n);
        node.say(bad, Tx{orphan});
        node.ledger().bad_transactions.insert(orphan->wtxid());
    }
    const std::size_t before = node.ledger().checks();
    const auto caused = node.say(node.join(), Tx{parent});
    EXPECT_LE(caused.submissions_max, Limits{}.orphans_resolving_max);
    // Those that still lack something are not looked at.
    EXPECT_LE(node.ledger().checks() - before, 101u);
    EXPECT_TRUE(node.connected(incomplete));
    // Whoever brought bad ones is gone, and with it all that it had us keep.
    EXPECT_FALSE(node.connected(bad));
    const std::size_t after = node.ledger().checks();
    node.wait(10min);
    EXPECT_EQ(node.ledger().checks(), after);
}

// 3.
TEST(Hostile, AnnouncementsCauseFewerBytesThanTheyHave) {
    LoneGossip node;
    const PeerId peer = node.join();
    const Inv blocks{items(InventoryItem::Type::block, 50'000)};
    const std::size_t bytes = encode(Message(blocks)).size();
    EXPECT_LT(node.say(peer, blocks).bytes_sent, bytes / 1'000);
    EXPECT_LT(node.say(peer, blocks).bytes_sent, bytes / 1'000);
    const Inv transactions{items(InventoryItem::Type::wtxid, 50'000)};
    EXPECT_LT(node.say(peer, transactions).bytes_sent, bytes / 5);
    EXPECT_LT(node.wait(10min).bytes_sent, bytes / 5);
}

// 3.
TEST(Hostile, APeerThatDoesNotReadGetsNoMoreAnswers) {
    LoneGossip node;
    node.wait(48h);  // blocks are a minute apart
    node.grow(node.builder().mine_many(node.builder().genesis(), 2'000));
    ASSERT_EQ(node.ledger().tip()->height, Height{2'000});
    const PeerId peer = node.join(Direction::inbound);
    std::size_t bytes = 0;
    for (int i = 0; i < 1'000; ++i)
        bytes += node.say(peer, GetHeaders{}).bytes_sent + node.say(peer, Ping{1}).bytes_sent;
    EXPECT_LT(bytes, 2 * Limits{}.send_queue_bytes_max);
    EXPECT_TRUE(node.connected(peer));
    node.feed(SendBudget{peer, 0});
    EXPECT_EQ(node.say(peer, GetHeaders{}).to<Headers>(peer).size(), 1u);
}

// 3.
TEST(Hostile, BodiesAreGivenOneAtATimeAsThePeerReadsThem) {
    LoneGossip node;
    const auto blocks = node.builder().mine_many(node.builder().genesis(), 20);
    node.grow(blocks);
    const PeerId peer = node.join(Direction::inbound);
    GetData request;
    for (const auto& block : blocks)
        request.items.push_back(InventoryItem::witness_block(block->hash));
    EXPECT_EQ(node.say(peer, request).bodies.size(), 1u);
    EXPECT_TRUE(node.feed(SendBudget{peer, 900'000}).bodies.empty());
    EXPECT_EQ(node.feed(SendBudget{peer, 100}).bodies.size(), 1u);
}

// 4.
TEST(Hostile, EveryMessageIsUsedUpOrEndsTheConnection) {
    LoneGossip node;
    const PeerId peer = node.join();
    EXPECT_TRUE(node.say(peer, Malformed{"getdata", "truncated"}).dropped.contains(peer));
    EXPECT_TRUE(node.say(peer, Malformed{"getdata", "truncated"}).dropped.empty());

    const PeerId greedy = node.join();
    for (int i = 0; i < 5 && node.connected(greedy); ++i)
        node.say(greedy, GetData{items(InventoryItem::Type::block, 50'000)});
    EXPECT_FALSE(node.connected(greedy));
    EXPECT_TRUE(node.wait(1h).bodies.empty());
}

// 4.
TEST(Hostile, AFloodOfUnknownMessagesEndsTheConnection) {
    LoneGossip node;
    const PeerId newer = node.join();
    for (int i = 0; i < 1'000; ++i)
        EXPECT_TRUE(node.say(newer, Unknown{"sendfuture"}).events.empty());
    node.wait(1s);
    EXPECT_TRUE(node.say(newer, Unknown{"sendfuture"}).events.empty()) << "some more each second";
    int messages = 0;
    for (; messages < 100 && node.connected(newer); ++messages)
        node.say(newer, Unknown{"flood"});
    EXPECT_FALSE(node.connected(newer));
    EXPECT_LE(messages, 14) << "nine that are left, and five offences";

    const PeerId wide = node.join();  // few of them, but long
    for (messages = 0; messages < 100 && node.connected(wide); ++messages)
        node.feed(MessageReceived{wide, Unknown{"flood"}, 3'999'000});
    EXPECT_EQ(messages, 5);
    const PeerId early = node.connect(Direction::inbound);
    node.say(early, LoneGossip::honest_version());
    for (messages = 0; messages < 2'000 && node.connected(early); ++messages)
        node.say(early, Unknown{"flood"});
    EXPECT_LE(messages, 1'005) << "before verack too";
}

// 5.
TEST(Hostile, CheapHeadersAreNotStored) {
    LoneGossip node;
    node.wait(48h);  // blocks are a minute apart
    node.grow(node.builder().mine_many(node.builder().genesis(), 2'300));
    ASSERT_EQ(node.ledger().tip()->height, Height{2'300});
    test::ChainBuilder attacker;
    attacker.mine(attacker.genesis());  // so that its blocks are not the same as ours
    Headers cheap;
    for (const auto& block : attacker.mine_many(attacker.genesis(), 2'000))
        cheap.headers.push_back(block->block.header);
    const std::size_t size = node.ledger().tree().size();
    std::size_t bytes = 0;
    for (int p = 0; p < 5; ++p) {
        const PeerId peer = node.join(p % 2 == 0 ? Direction::inbound : Direction::outbound);
        for (int i = 0; i < 10; ++i) {
            bytes += node.say(peer, cheap).bytes_sent;
            Headers few{{cheap.headers.begin(), cheap.headers.begin() + 100}};
            bytes += node.say(peer, few).bytes_sent;
        }
    }
    EXPECT_EQ(node.ledger().tree().size(), size);
    EXPECT_EQ(node.ledger().headers_offered(), 0u);
    EXPECT_LT(bytes, 100'000u);
}

// 5.
TEST(Hostile, HeadersThatDoNotConnectEndTheConnection) {
    LoneGossip node;
    const PeerId peer = node.join();
    Headers stray;
    stray.headers.emplace_back();
    stray.headers[0].previous.bytes[0] = 1;
    std::size_t sent = 0;
    for (int i = 0; i < 100 && node.connected(peer); ++i)
        sent += node.say(peer, stray).to<GetHeaders>(peer).size();
    EXPECT_FALSE(node.connected(peer));
    EXPECT_LE(sent, 1u);
    EXPECT_EQ(node.ledger().tree().size(), 1u);
}

// 7.
TEST(Hostile, PeersClocksChangeNothing) {
    const auto run = [](std::int64_t time) {
        LoneGossip node;
        Version version = LoneGossip::honest_version();
        version.time = time;
        const PeerId peer = node.join(Direction::inbound, version);
        std::vector<Bytes> out;
        const auto caused = node.wait(5min);
        for (const auto& [id, message] : caused.sent)
            out.push_back(encode(message));
        EXPECT_TRUE(node.connected(peer));
        return std::pair(out, node.now());
    };
    const auto usual = run(1'700'000'000);
    EXPECT_EQ(run(std::numeric_limits<std::int64_t>::min()), usual);
    EXPECT_EQ(run(std::numeric_limits<std::int64_t>::max()), usual);
    EXPECT_EQ(run(-1), usual);
}

// 8.
TEST(Hostile, ASilentPeerKeepsATransactionFromUsForAMinuteAtMost) {
    LoneGossip node;
    const PeerId silent = node.join();
    const PeerId honest = node.join();
    const Inv inv{items(InventoryItem::Type::wtxid, 1)};
    EXPECT_EQ(node.say(silent, inv).to<GetData>(silent).size(), 1u);
    EXPECT_TRUE(node.say(honest, inv).to<GetData>(honest).empty());
    EXPECT_EQ(node.wait(61s).to<GetData>(honest).size(), 1u);
}

// 11.
TEST(Hostile, ABadBlockOfOnePeerLeavesTheRequestsOfOthersAlone) {
    LoneGossip node;
    const auto block = node.builder().mine(node.builder().genesis());
    const PeerId honest = node.join();
    const PeerId liar = node.join();
    ASSERT_EQ(node.say(honest, Headers{{block->block.header}}).to<GetData>(honest).size(), 1u);
    const BlockMessage mutated{block->hash, block->block.header,
                               Failure{Reject{RejectKind::mutated, "bad-txnmrklroot", {}}}};
    const auto caused = node.say(liar, mutated);
    EXPECT_TRUE(caused.dropped.contains(liar));
    EXPECT_TRUE(caused.to<GetData>(honest).empty());
    EXPECT_EQ(node.view(honest)->in_flight.size(), 1u);
    EXPECT_TRUE(node.say(honest, message_of(block)).dropped.empty());
    EXPECT_EQ(node.ledger().tip()->hash, block->hash);
}

// 12.
TEST(Hostile, ABurstOfTransactionsCostsATurnNoMoreThanItsShare) {
    LoneGossip node;
    std::vector<PeerId> peers;
    for (int i = 0; i < 125; ++i)
        peers.push_back(node.join(i < 100 ? Direction::inbound : Direction::outbound));
    mempool::PoolChanged burst;
    for (std::uint32_t n = 0; n < 100'000; ++n) {
        auto entry = std::make_shared<mempool::PoolEntry>();
        TransactionData data;
        data.lock_time = n;
        data.outputs.push_back({Amount{1}, {}});
        entry->transaction = test::shared(std::move(data));
        entry->fee = Amount{1'000};
        burst.added.push_back(std::move(entry));
    }
    node.feed(burst);
    // One turn: every peer is told of a bounded number, in one message.
    const auto wakeup = node.gossip().next_wakeup();
    ASSERT_TRUE(wakeup);
    const auto started = std::chrono::steady_clock::now();
    const auto caused = node.wait(*wakeup - node.now());
    const auto took = std::chrono::steady_clock::now() - started;
    EXPECT_GT(caused.sent.size(), 0u);
    EXPECT_LE(caused.sent.size(), peers.size());
    for (const auto& [id, message] : caused.sent)
        EXPECT_LE(std::get<Inv>(message).items.size(), Limits{}.transactions_announced_max);
    EXPECT_LT(took, 2s);  // milliseconds in a release build; this one may be sanitised
}

// 13.
TEST(Hostile, AMessageCausesFewReportedBytes) {
    LoneGossip node;
    const std::vector<Message> nuisances = {
        Malformed{"getdata", "truncated or not canonical"},
        Version{.user_agent = std::string(256, 'x')},
        Inv{items(InventoryItem::Type::block, 50'000)},
        GetData{items(InventoryItem::Type::witness_block, 50'000)},
        NotFound{items(InventoryItem::Type::block, 50'000)},
        Headers{std::vector<Header>(2'000)},
        Unknown{"nuisance"}};
    for (const Message& message : nuisances) {
        const PeerId peer = node.join();
        for (int i = 0; i < 20; ++i)
            EXPECT_LT(node.say(peer, message).bytes_reported, 1'000u) << command_of(message);
    }
}

// 14.
TEST(Hostile, CheckingIsChargedToThePeerThatAsksForIt) {
    LoneGossip node;
    const PeerId peer = node.join();
    const std::size_t before = node.ledger().checks();
    std::int64_t weight = 0;
    // Refused for another reason each time, and heavy.
    for (std::int64_t n = 0; n < 200 && node.connected(peer); ++n) {
        std::vector<OutPoint> points(600);
        for (std::uint32_t i = 0; i < 600; ++i)
            points[i] = {Txid{number(i)}, 0};
        const auto tx = test::shared(test::spend(points, {Amount{n + 1}}));
        weight = tx->weight();
        node.say(peer, Tx{tx});
    }
    EXPECT_FALSE(node.connected(peer));
    const auto checked = static_cast<std::int64_t>(node.ledger().checks() - before) * weight;
    EXPECT_LE(checked, Limits{}.check_weight_max + weight);
}

// 16.
TEST(Hostile, ABlockWithItsLastTransactionsDoubledIsRefusedAndTheHonestOneTaken) {
    LoneGossip node;
    auto& builder = node.builder();
    const auto base = builder.mine_many(builder.genesis(), 2);
    node.grow(base);
    const auto coin = [&](std::size_t i) {
        return OutPoint{base[i]->block.transactions[0]->txid(), 0};
    };
    const auto block = builder.mine(
        base[1]->hash, {test::spend({coin(0)}, {Amount{1}}), test::spend({coin(1)}, {Amount{2}})});
    ASSERT_EQ(block->block.transactions.size(), 3u);
    Block doubled = block->block;
    doubled.transactions.push_back(doubled.transactions.back());
    const Message copy =
        decode("block", std::make_shared<const Bytes>(serialized(doubled)), regtest());
    ASSERT_EQ(std::get<BlockMessage>(copy).hash, block->hash);

    const PeerId liar = node.join();
    const PeerId honest = node.join();
    node.say(liar, Headers{{block->block.header}});
    node.say(honest, Headers{{block->block.header}});
    const auto caused = node.say(liar, copy);
    EXPECT_TRUE(caused.dropped.contains(liar));
    ASSERT_EQ(caused.to<GetData>(honest).size(), 1u) << "asked at once instead";
    node.say(honest, message_of(block));
    EXPECT_EQ(node.ledger().tip()->hash, block->hash);
}

}  // namespace
}  // namespace starling::p2p
