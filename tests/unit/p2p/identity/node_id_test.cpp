#include "p2p/identity/node_id.h"

#include "support/identities.h"
#include "support/seeded_random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

namespace starling::p2p {
namespace {

// Nothing beyond the ends.
std::optional<NodeId> one_more(NodeId id, int step) {
    const std::uint8_t carries = step > 0 ? 0xff : 0;
    for (std::size_t at = id.bytes.size(); at-- > 0;) {
        const bool on = id.bytes[at] == carries;
        id.bytes[at] = std::uint8_t(id.bytes[at] + step);
        if (!on) return id;
    }
    return std::nullopt;
}

TEST(NodeId, AllIdsAtADistanceLieInOneRangeAndNoOthers) {
    for (std::uint64_t n = 1; n <= 5; ++n) {
        const NodeId from = test::identity(n).id;
        for (unsigned distance = 1; distance <= 256; ++distance) {
            const auto [first, last] = ids_at(from, distance);
            ASSERT_LE(first, last);
            EXPECT_EQ(log_distance(from, first), distance);
            EXPECT_EQ(log_distance(from, last), distance);
            const auto before = one_more(first, -1), after = one_more(last, 1);
            EXPECT_TRUE(!before || log_distance(from, *before) != distance);
            EXPECT_TRUE(!after || log_distance(from, *after) != distance);
        }
    }
}

TEST(NodeId, IsInTheRangeOfItsDistanceFromAnybody) {
    test::SeededRandom random(5);
    for (int i = 0; i < 1'000; ++i) {
        NodeId a = test::identity(1 + random.below(50)).id, b = a;
        for (unsigned bit = unsigned(random.below(256)); bit < 256; bit += 7)
            b.bytes[bit / 8] = std::uint8_t(b.bytes[bit / 8] ^ 1U << bit % 8);
        const auto [first, last] = ids_at(a, log_distance(a, b));
        EXPECT_TRUE(first <= b && b <= last);
    }
}

}  // namespace
}  // namespace starling::p2p
