#include "sim/checkers/answers.h"

#include "unit/sim/checkers/watched.h"

namespace starling::sim {
namespace {

struct Two : Watched {
    Two() : Watched(1, 1) {}
    Answers checker{plan, events};

    void hears(const p2p::Message& message, std::size_t bytes = 100) {
        checker.received(0, 1, message, bytes);
    }
    void says(const p2p::Message& message, std::size_t bytes = 100) {
        checker.sent(0, 1, message, bytes);
    }
};

const p2p::BlockMessage kBlock{{}, {}, Failure{Reject{}}};
const p2p::GetData kTwoBlocks{
    {p2p::InventoryItem::block({}), p2p::InventoryItem::witness_block({})}};

TEST(Answers, SeesABlockThatNobodyAskedFor) {
    Two two;
    two.hears(kTwoBlocks);
    two.says(kBlock);
    two.says(kBlock);
    EXPECT_FALSE(two.checker.violation()) << what(two.checker);
    two.says(kBlock);
    EXPECT_TRUE(two.checker.violation());
}

TEST(Answers, SeesAQuestionThatIsAnsweredTwice) {
    const std::vector<std::pair<p2p::Message, p2p::Message>> pairs{
        {p2p::Ping{}, p2p::Pong{}},
        {p2p::GetAddr{}, p2p::AddrV2{}},
        {p2p::GetRecords{}, p2p::Records{}},
        {p2p::GetHeaders{}, p2p::Headers{std::vector<Header>(9)}},
        {p2p::GetData{{p2p::InventoryItem::wtxid({})}}, p2p::Tx{}},
        {p2p::GetData{{p2p::InventoryItem::wtxid({})}},
         p2p::NotFound{{p2p::InventoryItem::wtxid({})}}}};
    for (const auto& [question, answer] : pairs) {
        Two two;
        two.hears(question);
        two.says(answer);
        EXPECT_FALSE(two.checker.violation()) << what(two.checker);
        two.says(answer);
        EXPECT_TRUE(two.checker.violation()) << p2p::command_of(answer);
    }
}

TEST(Answers, LetsAFewHeadersBeAnnounced) {
    Two two;
    for (int i = 0; i < 100; ++i)
        two.says(p2p::Headers{std::vector<Header>(8)});
    EXPECT_FALSE(two.checker.violation());
}

TEST(Answers, SeesMoreQuestionsThanWhatCameCanCause) {
    Two two;
    two.hears(p2p::Inv{}, 10'000);
    two.says(p2p::GetData{}, 180'000);
    EXPECT_FALSE(two.checker.violation()) << what(two.checker);
    two.says(p2p::GetData{}, 1);
    EXPECT_TRUE(two.checker.violation());
}

TEST(Answers, GivesTimeToAnnounce) {
    Two two;
    two.says(p2p::Inv{}, 100'000);
    two.wait(std::chrono::seconds{10});
    two.says(p2p::Inv{}, 40'000);
    EXPECT_FALSE(two.checker.violation()) << what(two.checker);
    two.says(p2p::Inv{}, 1);
    EXPECT_TRUE(two.checker.violation());
}

TEST(Answers, SeesDatagramsMultiplied) {
    Two two;
    two.checker.datagram_received(0, 1, "findnode", 1'000);
    two.checker.datagram_sent(0, 1, "nodes", 165'000);
    EXPECT_FALSE(two.checker.violation()) << what(two.checker);
    two.checker.datagram_sent(0, 1, "nodes", 1);
    EXPECT_TRUE(two.checker.violation());
}

TEST(Answers, LooksAtHonestHostsOnly) {
    Two two;
    two.checker.sent(1, 0, kBlock, 1'000'000);
    EXPECT_FALSE(two.checker.violation());
}

}  // namespace
}  // namespace starling::sim
