#include "p2p/discovery/density.h"

#include "support/seeded_random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace starling::p2p::discv5 {
namespace {

NodeId random_id(Random& random) {
    NodeId id;
    for (std::size_t i = 0; i < id.bytes.size(); i += 8) {
        const std::uint64_t word = random.next();
        for (std::size_t byte = 0; byte < 8; ++byte)
            id.bytes[i + byte] = static_cast<std::uint8_t>(word >> 8 * byte);
    }
    return id;
}

// As Refresh draws its targets: at a distance from us, random below.
NodeId id_at(const NodeId& from, unsigned distance, Random& random) {
    NodeId id = random_id(random);
    for (unsigned bit = distance - 1; bit < 256; ++bit) {
        const std::size_t byte = 31 - bit / 8;
        const unsigned mask = 1u << bit % 8;
        const unsigned theirs = bit + 1 == distance ? ~from.bytes[byte] : from.bytes[byte];
        id.bytes[byte] = static_cast<std::uint8_t>((id.bytes[byte] & ~mask) | (theirs & mask));
    }
    return id;
}

struct Place {
    explicit Place(std::uint64_t seed, std::size_t size) : random(seed), own(random_id(random)) {
        for (std::size_t i = 0; i < size; ++i)
            nodes.push_back(random_id(random));
        std::ranges::sort(nodes);
    }

    // Ids between us and the nearest honest node: what nobody but they can be asked about.
    void surround(std::size_t count) {
        const NodeId nearest = closest(own).front();
        for (std::size_t made = 0; made < count;) {
            const NodeId id = id_at(own, log_distance(own, nearest), random);
            if (!nearer(own, id, nearest)) continue;
            nodes.push_back(id);
            ++made;
        }
        std::ranges::sort(nodes);
    }
    // What a lookup finds that misses some of the nodes: the nearest are those of the longest
    // common prefix that sixteen have.
    [[nodiscard]] std::vector<NodeId> closest(const NodeId& target, unsigned missed_percent = 0) {
        std::vector<NodeId> found;
        for (int prefix = 24; prefix >= 0 && found.size() < Density::kNearest; --prefix) {
            const std::uint64_t rest = prefix == 0 ? ~0ull : (1ull << (64 - prefix)) - 1;
            const auto word = [](const NodeId& id) { return id.word(0); };
            const auto begin = std::ranges::lower_bound(nodes, target.word(0) & ~rest, {}, word);
            const auto end = std::ranges::upper_bound(nodes, target.word(0) | rest, {}, word);
            found.clear();
            for (auto it = begin; it != end; ++it)
                if (missed_percent == 0 || random.below(100) >= missed_percent)
                    found.push_back(*it);
        }
        std::ranges::sort(found,
                          [&](const NodeId& a, const NodeId& b) { return nearer(target, a, b); });
        found.resize(std::min(found.size(), Density::kNearest));
        return found;
    }
    // As many lookups as a node has made after some hours.
    Density& measured(std::size_t lookups, unsigned missed_percent = 0) {
        const unsigned nearest = log_distance(own, closest(own).front());
        for (std::size_t i = 0; i < lookups; ++i) {
            const auto distance = 256 - static_cast<unsigned>(i % (258 - nearest));
            const NodeId target = id_at(own, distance, random);
            density.looked_up(target, closest(target, missed_percent));
        }
        density.measure(closest(own));
        return density;
    }

    test::SeededRandom random;
    NodeId own;
    std::vector<NodeId> nodes;  // sorted
    Density density{own};
};

struct Rates {
    int places = 0, alarms = 0;
    [[nodiscard]] double alarming() const { return static_cast<double>(alarms) / places; }
};
Rates rates(std::size_t size, std::size_t hostile, unsigned missed_percent = 0) {
    constexpr int kPlaces = 600;
    Rates out;
    for (int seed = 1; seed <= kPlaces; ++seed) {
        Place place(static_cast<std::uint64_t>(seed) * 7'919 + size, size);
        if (hostile > 0) place.surround(hostile);
        const DensityFigures& figures = place.measured(40, missed_percent).figures();
        EXPECT_TRUE(figures.ratio.has_value());
        ++out.places;
        if (figures.alarming) ++out.alarms;
    }
    return out;
}

TEST(Density, EstimatesTheSizeOfTheNetwork) {
    for (const std::size_t size : {100u, 1'000u, 5'000u}) {
        Place place(size, size);
        const auto estimate = place.measured(48).figures().network_size;
        ASSERT_TRUE(estimate.has_value());
        EXPECT_NEAR(*estimate / static_cast<double>(size), 1, 0.25) << size;
    }
}

// The mark of the design: detected in 99 of 100 cases at one false alarm in 100.
TEST(Density, TellsASurroundedPlaceFromOneThatChanceMade) {
    for (const std::size_t size : {100u, 1'000u}) {
        EXPECT_LE(rates(size, 0).alarming(), 0.01) << size;
        EXPECT_GE(rates(size, 16).alarming(), 0.99) << size;
        EXPECT_GE(rates(size, 8).alarming(), 0.85) << size;
    }
}

TEST(Density, StaysQuietWhereLookupsMissATenthOfTheNodes) {
    EXPECT_LE(rates(300, 0, 10).alarming(), 0.01);
}

// Else who surrounds us would raise the figure that he is measured by.
TEST(Density, DoesNotCountLookupsThatReachOurOwnNeighbourhood) {
    Place place(1, 1'000);
    place.surround(16);
    for (int i = 0; i < 100; ++i) {
        const NodeId target = id_at(place.own, 244, place.random);
        place.density.looked_up(target, place.closest(target));
    }
    EXPECT_EQ(place.density.figures().lookups, 0u);
}

TEST(Density, SaysNothingBeforeItKnowsTheNetwork) {
    Place few_lookups(2, 1'000);
    few_lookups.surround(16);
    EXPECT_FALSE(few_lookups.measured(Density::kLookupsMin - 1).figures().ratio.has_value());
    EXPECT_FALSE(few_lookups.density.figures().alarming);
    Place few_nodes(3, Density::kNearest - 1);
    EXPECT_FALSE(few_nodes.measured(50).figures().ratio.has_value());
    EXPECT_EQ(few_nodes.density.figures().lookups, 0u);
}

// An alarm begins at the mark and ends well below it.
TEST(Density, OneNodeMoreOrLessDoesNotSwitchTheAlarm) {
    int between = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        Place place(seed, 1'000);
        place.surround(16);
        ASSERT_TRUE(place.measured(24).figures().alarming);
        const DensityFigures& figures = place.density.figures();
        const auto beyond = [&](double part) {
            return *figures.ratio >= part * Density::kAlarm ||
                   *figures.inner_ratio >= part * Density::kInnerAlarm;
        };
        const auto expect_alarm_from = [&](double part) {
            place.density.measure(place.closest(place.own));
            EXPECT_EQ(figures.alarming, beyond(part));
            if (beyond(Density::kCalm) && !beyond(1)) ++between;
        };
        // The nearest leave one after the other, and come back.
        while (figures.alarming) {
            std::erase(place.nodes, place.closest(place.own).front());
            expect_alarm_from(Density::kCalm);
        }
        while (!figures.alarming) {
            place.surround(1);
            expect_alarm_from(1);
        }
    }
    EXPECT_GT(between, 5);
}

TEST(Density, IsMeasuredAgainForWhoIsNearerThanTheOutmost) {
    Place place(5, 1'000);
    const NodeId far = id_at(place.own, 256, place.random);
    EXPECT_TRUE(place.density.concerns(far));  // nothing was measured
    place.measured(12);
    EXPECT_FALSE(place.density.concerns(far));
    EXPECT_TRUE(place.density.concerns(id_at(place.own, 230, place.random)));
}

}  // namespace
}  // namespace starling::p2p::discv5
