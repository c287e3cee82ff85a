#include "support/lone_gossip.h"

#include <gtest/gtest.h>

#include <set>

namespace starling::p2p {
namespace {

using namespace std::chrono_literals;
using test::LoneGossip;

BlockMessage message_of(const Shared<CheckedBlock>& block) {
    return {block->hash, block->block.header, block};
}

Headers headers_of(const std::vector<Shared<CheckedBlock>>& blocks) {
    Headers message;
    for (const auto& block : blocks)
        message.headers.push_back(block->block.header);
    return message;
}

std::vector<BlockHash> asked(const LoneGossip::Caused& caused, PeerId peer) {
    std::vector<BlockHash> hashes;
    for (const GetData& request : caused.to<GetData>(peer)) {
        for (const InventoryItem& item : request.items)
            hashes.push_back(BlockHash{item.hash});
    }
    return hashes;
}

struct BlockDownloadTest : testing::Test {
    LoneGossip node;
    std::vector<Shared<CheckedBlock>> blocks =
        node.builder().mine_many(node.builder().genesis(), 40);
    PeerId alice = node.join();
    PeerId bob = node.join();
};

TEST_F(BlockDownloadTest, AsksSeveralPeersForDifferentBlocksInOrder) {
    const auto first = asked(node.say(alice, headers_of(blocks)), alice);
    ASSERT_EQ(first.size(), 16u);
    for (std::size_t i = 0; i < 16; ++i)
        EXPECT_EQ(first[i], blocks[i]->hash);
    const auto second = asked(node.say(bob, headers_of(blocks)), bob);
    ASSERT_EQ(second.size(), 16u);
    EXPECT_EQ(second[0], blocks[16]->hash);
}

TEST_F(BlockDownloadTest, GoesOnWithEveryBlockThatArrives) {
    node.say(alice, headers_of(blocks));
    for (const auto& block : blocks)
        EXPECT_TRUE(node.say(alice, message_of(block)).dropped.empty());
    EXPECT_EQ(node.ledger().tip()->hash, blocks.back()->hash);
    EXPECT_TRUE(node.view(alice)->last_block);
}

TEST_F(BlockDownloadTest, AsksASecondPeerWhenTheFirstIsSlow) {
    node.say(alice, headers_of(blocks));
    node.say(bob, headers_of(blocks));
    for (std::size_t i = 16; i < 40; ++i)
        node.say(bob, message_of(blocks[i]));
    EXPECT_TRUE(asked(node.wait(1s), bob).empty());
    const auto again = asked(node.wait(1'100ms), bob);
    ASSERT_EQ(again.size(), 16u);
    EXPECT_EQ(again[0], blocks[0]->hash);
    for (std::size_t i = 0; i < 16; ++i)
        node.say(bob, message_of(blocks[i]));
    EXPECT_EQ(node.ledger().tip()->hash, blocks.back()->hash);
    // The slow peer's copies are late, not unasked for.
    EXPECT_TRUE(node.say(alice, message_of(blocks[0])).dropped.empty());
}

TEST_F(BlockDownloadTest, DropsAPeerThatNeverSendsWhatItOwes) {
    node.say(alice, headers_of(blocks));
    EXPECT_TRUE(node.wait(119s).dropped.empty());
    EXPECT_TRUE(node.wait(2s).dropped.contains(alice));
}

// As after a pause of the machine: messages come in before the timers are looked at.
TEST_F(BlockDownloadTest, DropsALatePeerAlthoughAnothersBlockComesBeforeTheTimer) {
    node.say(alice, headers_of(blocks));
    node.say(bob, headers_of(blocks));
    node.wait(3s);  // both stall, so the patience grows, and shrinks with every block that comes
    node.pass(120s);
    node.say(bob, message_of(blocks[16]));
    EXPECT_TRUE(node.wait(0s).dropped.contains(alice));
    EXPECT_TRUE(node.connected(bob));
}

TEST_F(BlockDownloadTest, AsksOthersAtOnceWhenAPeerIsLostOrLacksABlock) {
    node.say(alice, headers_of(blocks));
    node.say(bob, headers_of({blocks.begin(), blocks.begin() + 8}));
    EXPECT_TRUE(node.view(bob)->in_flight.empty());
    const auto caused = node.say(alice, NotFound{{InventoryItem::witness_block(blocks[3]->hash)}});
    EXPECT_EQ(asked(caused, bob), std::vector{blocks[3]->hash});
    EXPECT_EQ(asked(node.feed(PeerLost{alice}), bob).size(), 7u);
}

TEST_F(BlockDownloadTest, FetchesBlocksWhoseHeadersWereKnownFromAnEarlierRun) {
    node.submit(chain::Input{chain::HeadersArrived{{}, headers_of(blocks).headers}});
    const PeerId carol = node.connect(Direction::outbound);
    node.say(carol, LoneGossip::honest_version());
    const auto request = node.say(carol, Verack{}).to<GetHeaders>(carol);
    ASSERT_EQ(request.size(), 1u);
    // Asked from below what we know, it answers with a header at least.
    ASSERT_EQ(request[0].locator.at(0), blocks[38]->hash);
    EXPECT_EQ(asked(node.say(carol, headers_of({blocks[39]})), carol).size(), 16u);
}

TEST_F(BlockDownloadTest, PausesWhileTheChainWantsNoMore) {
    node.gossip().pause_download(true);
    EXPECT_TRUE(asked(node.say(alice, headers_of(blocks)), alice).empty());
    node.gossip().pause_download(false);
    EXPECT_EQ(asked(node.wait(0s), alice).size(), 16u) << "without another input";
}

TEST_F(BlockDownloadTest, DropsThePeersWhoseChainIsInvalid) {
    node.ledger().bad_blocks.insert(blocks[1]->hash);
    node.say(alice, headers_of(blocks));
    node.say(bob, headers_of(blocks));
    node.say(alice, message_of(blocks[0]));
    const auto caused = node.say(alice, message_of(blocks[1]));
    EXPECT_TRUE(caused.dropped.contains(alice));
    EXPECT_TRUE(caused.dropped.contains(bob));
    EXPECT_EQ(node.ledger().tip()->hash, blocks[0]->hash);
}

TEST_F(BlockDownloadTest, DoesNotBlamePeersForWhatAPersonInvalidated) {
    node.say(alice, headers_of(blocks));
    const HeaderNode* second = node.ledger().tree().find(blocks[1]->hash);
    const auto caused =
        node.feed(chain::BlockInvalid{second, Reject{RejectKind::invalid, "invalidated", {}}});
    EXPECT_TRUE(caused.dropped.empty());
}

TEST_F(BlockDownloadTest, AnUnrequestedBlockIsNotHandedOn) {
    const auto caused = node.say(alice, message_of(blocks[0]));
    EXPECT_EQ(caused.submissions, 0u);
    for (int i = 0; i < 5; ++i)
        node.say(alice, message_of(blocks[0]));
    EXPECT_FALSE(node.connected(alice));
}

TEST_F(BlockDownloadTest, FetchesFewerBlocksAheadWhenTheyAreLarge) {
    LoneGossip small(regtest(), Limits{.download_window_bytes = 4'000});
    const PeerId peer = small.join();
    const PeerId other = small.join();
    small.say(peer, headers_of(blocks));
    for (std::size_t i = 1; i < 16; ++i)
        small.say(peer, message_of(blocks[i]));  // the first is held back
    const auto caused = small.say(other, headers_of(blocks));
    EXPECT_LE(asked(caused, other).size() + small.view(peer)->in_flight.size(), 16u + 16u);
    EXPECT_LE(small.view(peer)->in_flight.back(), Height{32});
}

// What any way of downloading must obey, whatever the peers do; and with one honest peer it ends.
struct NaiveDownload {
    std::map<PeerId, std::set<BlockHash>> owed;

    void take(LoneGossip& node,
              const std::map<PeerId, std::size_t>& shown,
              const std::map<BlockHash, std::size_t>& index,
              const LoneGossip::Caused& caused) {
        for (const auto& [peer, reason] : caused.dropped)
            owed.erase(peer);
        for (const auto& [peer, message] : caused.sent) {
            if (!std::holds_alternative<GetData>(message) || !node.connected(peer)) continue;
            for (const InventoryItem& item : std::get<GetData>(message).items) {
                const BlockHash hash{item.hash};
                EXPECT_TRUE(owed[peer].insert(hash).second) << "asked twice of one peer";
                EXPECT_LT(index.at(hash), shown.at(peer)) << "it never showed this block";
            }
        }
        std::map<BlockHash, int> holders;
        for (const auto& [peer, hashes] : owed) {
            EXPECT_LE(hashes.size(), Limits{}.blocks_in_flight_per_peer);
            EXPECT_EQ(hashes.size(), node.view(peer)->in_flight.size());
            for (const BlockHash& hash : hashes)
                EXPECT_LE(++holders[hash], 2);
        }
    }
};

TEST(BlockDownload, ObeysItsRulesUnderRandomUseAndEnds) {
    test::ChainBuilder builder;
    const auto blocks = builder.mine_many(builder.genesis(), 100);
    std::map<BlockHash, std::size_t> index;
    for (std::size_t i = 0; i < blocks.size(); ++i)
        index[blocks[i]->hash] = i;

    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        test::SeededRandom random(seed);
        LoneGossip node;
        NaiveDownload model;
        std::map<PeerId, std::size_t> shown;
        const auto take = [&](const LoneGossip::Caused& caused) {
            model.take(node, shown, index, caused);
        };
        std::vector<PeerId> peers;
        for (int step = 0; step < 300; ++step) {
            if (peers.size() < 4) peers.push_back(node.join());
            const PeerId peer = peers[random.below(peers.size())];
            auto& owed = model.owed[peer];
            const bool here = node.connected(peer);
            switch (random.below(8)) {
                case 0: {
                    shown[peer] = std::max(shown[peer], 1 + random.below(blocks.size()));
                    const auto end = blocks.begin() + static_cast<long>(shown[peer]);
                    take(node.say(peer, headers_of({blocks.begin(), end})));
                    break;
                }
                case 1:
                    take(node.wait(Duration{static_cast<std::int64_t>(random.below(5'000))}));
                    break;
                case 2:
                    model.owed.erase(peer);
                    take(node.feed(PeerLost{peer}));
                    std::erase(peers, peer);
                    break;
                default:
                    if (owed.empty() || !here) break;
                    auto chosen = owed.begin();
                    std::advance(chosen, static_cast<long>(random.below(owed.size())));
                    const BlockHash hash = *chosen;
                    owed.erase(chosen);
                    take(node.say(peer, message_of(blocks[index.at(hash)])));
            }
        }
        // One honest peer, and everything is fetched.
        const PeerId honest = node.join();
        shown[honest] = blocks.size();
        take(node.say(honest, headers_of(blocks)));
        for (int turn = 0; turn < 400 && node.ledger().tip()->height.value < 100; ++turn) {
            auto& owed = model.owed[honest];
            if (owed.empty()) {
                take(node.wait(3s));
                continue;
            }
            const BlockHash hash = *owed.begin();
            owed.erase(owed.begin());
            take(node.say(honest, message_of(blocks[index.at(hash)])));
        }
        EXPECT_EQ(node.ledger().tip()->height, Height{100}) << seed;
    }
}

}  // namespace
}  // namespace starling::p2p
