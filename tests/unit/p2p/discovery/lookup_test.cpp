#include "p2p/discovery/lookup.h"

#include "support/overlay_nodes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace starling::p2p::discv5 {
namespace {

using namespace std::chrono_literals;

struct LookupTest : testing::Test {
    const Parameters& parameters = testnet();
    const NodeId own = test::numbered_identity(1).id;
    const NodeId target = test::numbered_identity(2).id;
    Limits limits;
    Time now{1h};

    [[nodiscard]] static Endpoint host(std::uint32_t n) {
        return Endpoint::ipv4(
            {82, static_cast<std::uint8_t>(n >> 8), static_cast<std::uint8_t>(n), 1}, 9'000);
    }
    [[nodiscard]] Shared<Record> node(std::uint32_t n,
                                      const Endpoint& address,
                                      std::uint64_t sequence = 1) const {
        return test::node_record(test::numbered_identity(n), address, parameters, sequence);
    }
    [[nodiscard]] Shared<Record> node(std::uint32_t n) const { return node(n, host(n)); }
    [[nodiscard]] std::vector<Shared<Record>> nodes(std::uint32_t first, std::size_t count) const {
        std::vector<Shared<Record>> out;
        for (std::uint32_t n = first; out.size() < count; ++n)
            out.push_back(node(n));
        return out;
    }
    [[nodiscard]] Lookup begin(const std::vector<Shared<Record>>& seeds) const {
        return Lookup(own, target, seeds, parameters, limits, now);
    }
    static std::set<NodeId> ids(const std::vector<Lookup::Question>& questions) {
        std::set<NodeId> out;
        for (const auto& question : questions)
            out.insert(question.node->id());
        return out;
    }
};

TEST_F(LookupTest, WithNobodyToAskItIsOver) {
    Lookup lookup = begin({});
    EXPECT_TRUE(lookup.next(now).empty());
    EXPECT_TRUE(lookup.finished());
    EXPECT_TRUE(lookup.report(now).closest.empty());
}

TEST_F(LookupTest, AsksThreeOfEachPathAtATime) {
    Lookup lookup = begin(nodes(100, 16));
    const auto first = lookup.next(now);
    EXPECT_EQ(first.size(), limits.lookup_paths * limits.lookup_concurrency);
    EXPECT_EQ(ids(first).size(), first.size());
    EXPECT_TRUE(lookup.next(now).empty());
    lookup.answered(first[0].node->id(), {}, now);
    EXPECT_EQ(lookup.next(now).size(), 1u);
}

TEST_F(LookupTest, FewSeedsMakeFewPaths) {
    Lookup lookup = begin(nodes(100, 2));
    EXPECT_EQ(lookup.next(now).size(), 2u);
    const auto steps = lookup.report(now).steps;
    EXPECT_NE(steps.at(0).path, steps.at(1).path);
}

TEST_F(LookupTest, AsksForTheTargetsDistanceThenItsNeighbours) {
    Lookup lookup = begin(nodes(100, 3));
    for (const auto& question : lookup.next(now)) {
        const unsigned distance = log_distance(question.node->id(), target);
        std::vector<unsigned> expected = {distance};
        if (distance < 256) expected.push_back(distance + 1);
        expected.push_back(distance - 1);
        EXPECT_EQ(question.distances, expected);
    }
}

TEST_F(LookupTest, TheTargetIsAskedForItsOwnNeighbours) {
    Lookup lookup = begin({node(2), node(100)});
    const auto questions = lookup.next(now);
    const auto asked = std::ranges::find_if(
        questions, [&](const auto& question) { return question.node->id() == target; });
    ASSERT_NE(asked, questions.end());
    for (const unsigned distance : asked->distances)
        EXPECT_TRUE(distance >= 1 && distance <= 256);
}

TEST_F(LookupTest, NeverAsksOrReportsOurselves) {
    Lookup lookup = begin({node(1), node(100)});
    const auto questions = lookup.next(now);
    ASSERT_EQ(questions.size(), 1u);
    lookup.answered(questions[0].node->id(), {node(1)}, now);
    EXPECT_TRUE(lookup.next(now).empty());
    EXPECT_EQ(lookup.report(now).seen.size(), 1u);
}

TEST_F(LookupTest, SaysWhoToldOfWhom) {
    Lookup lookup = begin({node(100)});
    ASSERT_EQ(lookup.next(now).size(), 1u);
    now += 30ms;
    lookup.answered(node(100)->id(), {node(101), node(100)}, now);
    ASSERT_EQ(lookup.next(now).size(), 1u);
    lookup.answered(node(101)->id(), {node(102)}, now);
    ASSERT_EQ(lookup.next(now).size(), 1u);
    EXPECT_FALSE(lookup.finished());
    lookup.failed(node(102)->id(), now);
    EXPECT_TRUE(lookup.finished());

    const LookupReport report = lookup.report(now);
    ASSERT_EQ(report.seen.size(), 3u);
    EXPECT_EQ(report.seen[2].hop, 2u);
    EXPECT_EQ(report.seen[2].path, (std::vector<NodeId>{node(100)->id(), node(101)->id()}));
    EXPECT_EQ(report.closest.size(), 2u);  // 102 did not answer
    ASSERT_EQ(report.steps.size(), 3u);
    EXPECT_EQ(report.steps[0].took, 30ms);
    EXPECT_EQ(report.steps[0].returned, 2u);
    EXPECT_EQ(report.steps[0].news, 1u);
    EXPECT_EQ(report.steps[1].started, 30ms);
    EXPECT_EQ(report.steps[1].hop, 1u);
    EXPECT_FALSE(report.steps[2].took.has_value());
    EXPECT_EQ(report.took, 30ms);
}

TEST_F(LookupTest, AnswersNobodyAskedForAreIgnored) {
    Lookup lookup = begin({node(100)});
    lookup.answered(node(100)->id(), {node(101)}, now);  // not asked yet
    lookup.answered(node(200)->id(), {node(101)}, now);
    ASSERT_EQ(lookup.next(now).size(), 1u);
    lookup.answered(node(100)->id(), {}, now);
    lookup.answered(node(100)->id(), {node(101)}, now);
    lookup.failed(node(100)->id(), now);
    EXPECT_TRUE(lookup.finished());
    EXPECT_EQ(lookup.report(now).seen.size(), 1u);
    EXPECT_EQ(lookup.report(now).closest.size(), 1u);
}

TEST_F(LookupTest, OneAnswerAddsSixteenRecordsAtTheMost) {
    Lookup lookup = begin({node(100)});
    lookup.next(now);
    lookup.answered(node(100)->id(), nodes(200, 40), now);
    EXPECT_EQ(lookup.report(now).seen.size(), 1 + Lookup::kRecordsMax);
}

TEST_F(LookupTest, APathThatIsToldOfNobodyRealSpendsItsOwnQuestions) {
    Lookup lookup = begin({node(100)});
    std::uint32_t invented = 200;
    std::size_t questions = 0;
    while (!lookup.finished()) {
        for (const auto& question : lookup.next(now)) {
            ++questions;
            const NodeId id = question.node->id();
            if (id == node(100)->id() || questions % 8 == 0) {
                lookup.answered(id, nodes(invented, 16), now);
                invented += 16;
            } else {
                lookup.failed(id, now);
            }
        }
    }
    EXPECT_EQ(questions, Lookup::kQuestionsMax);
}

TEST_F(LookupTest, RecordsThatNameNoPlaceOrATrapAreLeftAside) {
    const auto silent =
        Record::sign({.network = network_tag(parameters)}, test::numbered_identity(101));
    Lookup lookup = begin({node(100)});
    lookup.next(now);
    lookup.answered(node(100)->id(),
                    {silent, node(102, Endpoint::ipv4({127, 0, 0, 1}, 22)),
                     node(103, Endpoint::ipv4({192, 168, 0, 1}, 53))},
                    now);
    EXPECT_TRUE(lookup.next(now).empty());
    EXPECT_TRUE(lookup.finished());
    EXPECT_EQ(lookup.report(now).seen.size(), 1u);
}

TEST_F(LookupTest, OneNodeOfASubnetIsAskedUnlessItIsSilent) {
    Endpoint neighbour = host(100);
    neighbour.address[15] = 77;
    Lookup lookup = begin({node(100), node(101, neighbour)});
    const auto first = lookup.next(now);
    ASSERT_EQ(first.size(), 1u);
    const NodeId other = first[0].node->id() == node(100)->id() ? node(101)->id() : node(100)->id();

    EXPECT_FALSE(lookup.finished());
    Lookup answered = begin({node(100), node(101, neighbour)});
    const NodeId asked = answered.next(now).at(0).node->id();
    answered.answered(asked, {}, now);
    EXPECT_TRUE(answered.next(now).empty());
    EXPECT_TRUE(answered.finished());

    lookup.failed(first[0].node->id(), now);
    EXPECT_EQ(ids(lookup.next(now)), std::set{other});
}

TEST_F(LookupTest, NodesOfAFullSubnetDoNotStandForTheNearest) {
    const auto far = test::identities_at(target, 256, 1).front();
    const auto close = test::identities_at(target, 255, 17);
    const auto crowd = [&](std::size_t n) {
        Endpoint address = host(300);
        address.address[15] = static_cast<std::uint8_t>(1 + n);
        return test::node_record(close[n], address, parameters);
    };
    limits.lookup_paths = 1;
    limits.lookup_concurrency = 1;
    Lookup lookup = begin({test::node_record(far, host(301), parameters), crowd(0)});
    ASSERT_EQ(ids(lookup.next(now)), std::set{close[0].id});
    std::vector<Shared<Record>> told;
    for (std::size_t n = 1; n < close.size(); ++n)
        told.push_back(crowd(n));
    lookup.answered(close[0].id, told, now);
    EXPECT_EQ(ids(lookup.next(now)), std::set{far.id});
}

TEST_F(LookupTest, ANewerRecordIsAskedWhereItSays) {
    Lookup lookup = begin({node(100), node(101)});
    const auto first = lookup.next(now);
    ASSERT_EQ(first.size(), 2u);
    lookup.answered(node(100)->id(), {node(102, host(500), 3)}, now);
    lookup.answered(node(101)->id(), {node(102, host(400), 2)}, now);  // older
    const auto second = lookup.next(now);
    ASSERT_EQ(second.size(), 1u);
    EXPECT_EQ(second[0].node->udp(), host(500));
    // Silent there; then a newer record names another place.
    lookup.failed(node(102)->id(), now);
    EXPECT_TRUE(lookup.finished());
    EXPECT_TRUE(lookup.next(now).empty());
}

// Else a liar with an old record of an honest node could keep everybody from asking it.
TEST_F(LookupTest, ANodeThatWasAskedWhereItNoLongerIsIsAskedOnceMore) {
    Lookup lookup = begin({node(100), node(101)});
    ASSERT_EQ(lookup.next(now).size(), 2u);
    lookup.answered(node(100)->id(), {node(102, host(400), 1)}, now);
    ASSERT_EQ(lookup.next(now).size(), 1u);
    lookup.failed(node(102)->id(), now);
    lookup.answered(node(101)->id(), {node(102, host(500), 2)}, now);
    const auto again = lookup.next(now);
    ASSERT_EQ(again.size(), 1u);
    EXPECT_EQ(again[0].node->udp(), host(500));
    lookup.answered(node(102)->id(), {}, now);
    EXPECT_TRUE(lookup.finished());
    EXPECT_EQ(lookup.report(now).closest.size(), 3u);
}

}  // namespace
}  // namespace starling::p2p::discv5
