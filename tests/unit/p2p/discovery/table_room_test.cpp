// Of whom a table says beforehand that asking them is in vain.

#include "p2p/discovery/table.h"
#include "support/overlay_nodes.h"
#include "support/seeded_random.h"

#include <gtest/gtest.h>

namespace starling::p2p::discv5 {
namespace {

using namespace std::chrono_literals;

// People that are all 256 from us, each in a subnet of its own: one bucket.
struct TableRoom : testing::Test {
    const Parameters& parameters = testnet();
    const Identity own = test::numbered_identity(1);
    Limits limits;
    std::vector<Identity> people =
        test::identities_at(own.id, 256, limits.bucket_nodes + limits.bucket_replacements + 2);
    test::SeededRandom random{7};
    Table table{own.id, parameters, limits, random};
    Time now{1h};
    std::size_t met = 0;

    static Endpoint home(std::size_t n) {
        return Endpoint::ipv4({80, static_cast<std::uint8_t>(n), 1, 1}, 9'000);
    }
    Admission meet_next(Origin origin = Origin::overlay) {
        const Endpoint address = home(met);
        return table.proven(test::node_record(people[met++], address, parameters), address, origin,
                            now);
    }
    [[nodiscard]] bool room_for_the_last(Origin origin) const {
        const auto record = test::node_record(people.back(), home(people.size() - 1), parameters);
        return table.has_room_for(*record, origin, now);
    }
};

TEST_F(TableRoom, AFullBucketHasRoomOnlyWhereAReplacementIsStaleOrOnlySpokeToUs) {
    EXPECT_TRUE(room_for_the_last(Origin::overlay));
    while (met < limits.bucket_nodes)
        ASSERT_EQ(meet_next(), Admission::added);
    EXPECT_TRUE(room_for_the_last(Origin::inbound)) << "among the replacements";
    meet_next(Origin::inbound);
    while (met < limits.bucket_nodes + limits.bucket_replacements)
        meet_next();
    EXPECT_FALSE(room_for_the_last(Origin::inbound));
    EXPECT_TRUE(room_for_the_last(Origin::overlay)) << "one only spoke to us";
    meet_next();
    EXPECT_FALSE(room_for_the_last(Origin::overlay));
    now += pace_of(parameters).refresh;
    EXPECT_TRUE(room_for_the_last(Origin::overlay)) << "they were not seen for long";
}

TEST_F(TableRoom, AReplacementThatMovedIsAskedAtItsNewAddressThoughAllPlacesAreTaken) {
    while (met < limits.bucket_nodes + limits.bucket_replacements)
        meet_next();
    const Identity& moved = people[met - 1];
    const auto before = test::node_record(moved, home(met - 1), parameters);
    const auto after = test::node_record(moved, home(200), parameters, 2);
    for (const Origin origin : {Origin::overlay, Origin::inbound}) {
        EXPECT_FALSE(table.has_room_for(*before, origin, now)) << "nothing new";
        EXPECT_TRUE(table.has_room_for(*after, origin, now));
    }
    EXPECT_EQ(table.proven(after, home(200), Origin::overlay, now), Admission::kept_as_replacement);
    EXPECT_FALSE(table.has_room_for(*after, Origin::overlay, now));
    // That is where it comes in.
    std::optional<Departure> gone;
    while (!gone)
        gone = table.failed(people[0].id, now);
    ASSERT_EQ(gone->successor, moved.id);
    EXPECT_EQ(table.find(moved.id)->address, home(200));
}

TEST_F(TableRoom, AReplacementThatMovedToWhereNobodyHasRoomIsNoneAnyMore) {
    const Endpoint taken{.address = {0x2a, 1}, .port = 9'000};
    const auto said = [&](const Identity& who, std::uint64_t sequence,
                          const std::optional<Endpoint>& elsewhere) {
        RecordFields fields{.sequence = sequence};
        fields.udp = elsewhere;
        fields.udp6 = taken;
        fields.network = network_tag(parameters);
        return table.proven(Record::sign(fields, who), taken, Origin::overlay, now);
    };
    ASSERT_EQ(said(people.back(), 1, {}), Admission::added);
    while (met < limits.bucket_nodes)
        meet_next();
    const Identity& moved = people[met - 1];
    ASSERT_EQ(table.buckets().at(0).replacements, 1u);
    EXPECT_EQ(said(moved, 2, home(met - 1)), Admission::address_taken);
    EXPECT_EQ(table.buckets().at(0).replacements, 1u) << "it is where it was as well";
    EXPECT_EQ(said(moved, 3, {}), Admission::address_taken);
    EXPECT_EQ(table.buckets().at(0).replacements, 0u);
}

TEST_F(TableRoom, ThereIsNoneForOurselvesNorWhereNobodyCanBeAsked) {
    EXPECT_FALSE(
        table.has_room_for(*test::node_record(own, home(1), parameters), Origin::overlay, now));
    const auto hidden = Record::sign({.network = network_tag(parameters)}, people[0]);
    EXPECT_FALSE(table.has_room_for(*hidden, Origin::overlay, now));
}

}  // namespace
}  // namespace starling::p2p::discv5
