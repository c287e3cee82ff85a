#include "node/lan_neighbours.h"

#include "support/seeded_random.h"

#include <gtest/gtest.h>

namespace starling::node {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class LanNeighboursTest : public ::testing::Test {
protected:
    static p2p::Identity identity(std::uint64_t number) {
        SecretKey secret{};
        for (std::size_t i = 0; i < 8; ++i)
            secret[31 - i] = static_cast<std::uint8_t>(number >> (8 * i));
        return *p2p::Identity::from(secret);
    }
    static Shared<p2p::Record> record(std::uint64_t number,
                                      std::uint64_t sequence = 1,
                                      const Parameters& network = local()) {
        return p2p::Record::sign({.sequence = sequence,
                                  .tcp = p2p::Endpoint::ipv4({10, 0, 0, 7}, 5),
                                  .network = p2p::network_tag(network)},
                                 identity(number));
    }
    bool hears(const Bytes& datagram) {
        return neighbours_.received(from_, datagram, identity(1).id, now_).has_value();
    }
    bool hears(const Shared<p2p::Record>& told) {
        return hears(LanNeighbours::announcement(*told));
    }

    const p2p::Endpoint from_ = p2p::Endpoint::ipv4({10, 0, 0, 7}, 28'446);
    test::SeededRandom random_{1};
    Time now_{seconds{1'900'000'000}};
    LanNeighbours neighbours_{local(), random_, now_};
};

TEST_F(LanNeighboursTest, TellsOfANodeOnceAMinuteAndOfItsNewRecordAtOnce) {
    EXPECT_TRUE(hears(record(2)));
    EXPECT_FALSE(hears(record(2)));
    EXPECT_TRUE(hears(record(2, 2)));
    EXPECT_FALSE(hears(record(2, 1)));
    now_ += LanNeighbours::kRepeat;
    EXPECT_TRUE(hears(record(2, 2)));
}

TEST_F(LanNeighboursTest, SaysWhoToldAndThatItWasTheLan) {
    const auto sighting =
        neighbours_.received(from_, LanNeighbours::announcement(*record(2)), identity(1).id, now_);
    ASSERT_TRUE(sighting);
    EXPECT_EQ(sighting->origin, p2p::Origin::lan);
    EXPECT_EQ(sighting->source, from_);
    EXPECT_EQ(sighting->record->id(), identity(2).id);
}

TEST_F(LanNeighboursTest, BelievesNoForeignNetworkNoForgeryAndNotItself) {
    EXPECT_FALSE(hears(record(2, 1, regtest())));
    EXPECT_FALSE(hears(record(1)));
    Bytes forged = LanNeighbours::announcement(*record(2));
    for (const std::size_t at :
         {std::size_t{0}, std::size_t{8}, std::size_t{20}, forged.size() - 1}) {
        Bytes other = forged;
        other[at] ^= 1;
        EXPECT_FALSE(hears(other)) << at;
    }
    for (std::size_t size = 0; size < forged.size(); ++size)
        EXPECT_FALSE(hears(Bytes(forged.begin(), forged.begin() + static_cast<int>(size))));
    EXPECT_FALSE(hears(Bytes(60'000, 's')));
}

TEST_F(LanNeighboursTest, AnnouncesItselfSoonAfterANewNodeButNotFasterThanOnceASecond) {
    neighbours_.announced(now_);
    EXPECT_GE(neighbours_.next_announcement(), now_ + LanNeighbours::kInterval / 2);
    now_ += milliseconds{100};
    EXPECT_TRUE(hears(record(2)));
    EXPECT_EQ(neighbours_.next_announcement(), now_ - milliseconds{100} + seconds{1});
    now_ += seconds{2};
    neighbours_.announced(now_);
    const Time next = neighbours_.next_announcement();
    EXPECT_FALSE(hears(record(2)));  // known: nobody needs an answer
    EXPECT_EQ(neighbours_.next_announcement(), next);
    for (std::uint64_t number = 3; number < 50; ++number)
        hears(record(number));
    EXPECT_GE(neighbours_.next_announcement(), now_ + LanNeighbours::kIntervalMin);
}

TEST_F(LanNeighboursTest, AFloodCostsABoundedNumberOfSignatures) {
    std::size_t heard = 0;
    for (std::uint64_t number = 2; number < 300; ++number)
        heard += hears(record(number)) ? 1u : 0u;
    EXPECT_EQ(heard, static_cast<std::size_t>(LanNeighbours::kRecordsBurst));
    now_ += seconds{1};
    heard = 0;
    for (std::uint64_t number = 300; number < 400; ++number)
        heard += hears(record(number)) ? 1u : 0u;
    EXPECT_EQ(heard, static_cast<std::size_t>(LanNeighbours::kRecordsPerSecond));
}

}  // namespace
}  // namespace starling::node
