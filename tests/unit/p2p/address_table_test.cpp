// The sparse table draws what Bitcoin Core's full one draws.

#include "p2p/address_table.h"

#include "support/seeded_random.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

namespace starling::p2p {
namespace {

// All places, and the chance of each entry as the rule says it.
struct Model {
    std::map<std::uint32_t, std::map<std::uint32_t, AddressId>> buckets;

    [[nodiscard]] std::map<AddressId, double> chances() const {
        std::map<AddressId, double> out;
        for (const auto& [bucket, places] : buckets) {
            for (std::uint32_t begin = 0; begin < Slot::kBucketSize; ++begin) {
                auto first = places.lower_bound(begin);
                if (first == places.end()) first = places.begin();
                out[first->second] += 1.0 / static_cast<double>(buckets.size()) / Slot::kBucketSize;
            }
        }
        return out;
    }
    [[nodiscard]] std::optional<AddressId> at(Slot slot) const {
        const auto bucket = buckets.find(slot.bucket());
        if (bucket == buckets.end()) return std::nullopt;
        const auto place = bucket->second.find(slot.position());
        return place == bucket->second.end() ? std::nullopt : std::optional(place->second);
    }
};

TEST(AddressTable, DrawsABucketAndThenAPlaceInIt) {
    test::SeededRandom random(2);
    AddressTable table(64, random);
    Model model;
    for (AddressId entry = 0; entry < 150; ++entry) {
        const Slot slot{static_cast<std::uint32_t>(random.below(64 * Slot::kBucketSize))};
        if (model.at(slot)) continue;
        table.put(slot, entry);
        model.buckets[slot.bucket()][slot.position()] = entry;
    }
    constexpr int kDraws = 300'000;
    std::map<AddressId, int> drawn;
    for (int i = 0; i < kDraws; ++i)
        ++drawn[table.draw(random)];
    for (const auto& [entry, chance] : model.chances()) {
        const double expected = chance * kDraws;
        EXPECT_NEAR(drawn[entry], expected, 5 * std::sqrt(expected) + 1) << entry;
    }
}

TEST(AddressTable, HoldsWhatANaiveModelHolds) {
    test::SeededRandom random(3);
    AddressTable table(16, random);
    Model model;
    for (AddressId step = 0; step < 20'000; ++step) {
        const Slot slot{static_cast<std::uint32_t>(random.below(16 * Slot::kBucketSize))};
        ASSERT_EQ(table.at(slot), model.at(slot));
        if (table.at(slot)) {
            table.clear(slot);
            auto& bucket = model.buckets[slot.bucket()];
            bucket.erase(slot.position());
            if (bucket.empty()) model.buckets.erase(slot.bucket());
        } else if (random.below(3) == 0) {
            table.put(slot, step);
            model.buckets[slot.bucket()][slot.position()] = step;
        }
        if (table.taken() == 0) continue;
        const AddressId drawn = table.draw(random);
        ASSERT_TRUE(step % 64 != 0 || model.chances().contains(drawn));
    }
}

TEST(AddressTable, TakesMemoryByWhatIsInIt) {
    test::SeededRandom random(4);
    AddressTable table(AddressBuckets::kNewBuckets, random);
    EXPECT_LT(table.bytes(), 4'000u);
    for (std::uint32_t i = 0; i < 300; ++i)
        table.put({i * 211}, i);
    EXPECT_LT(table.bytes(), 20'000u);
}

}  // namespace
}  // namespace starling::p2p
