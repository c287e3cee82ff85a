#include "p2p/discovery/protocol.h"

#include "consensus/hex.h"
#include "p2p/identity/rlp.h"
#include "support/seeded_random.h"
#include "support/wire_node.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace starling::p2p::discv5 {
namespace {

Bytes random_bytes(Random& random, std::size_t most) {
    Bytes bytes(random.below(most + 1));
    std::ranges::generate(bytes, [&] { return static_cast<std::uint8_t>(random.next()); });
    return bytes;
}

// An RLP list of random contents: what a record looks like from outside.
Bytes random_list(Random& random) {
    RlpWriter items;
    items.string(random_bytes(random, 200));
    RlpWriter list;
    list.list(items.take());
    return list.take();
}

Message random_message(Random& random) {
    const RequestId id = random_bytes(random, kRequestIdBytesMax);
    const std::uint64_t number = random.next() >> random.below(64);
    switch (random.below(6)) {
        case 0:
            return Ping{id, number};
        case 1: {
            Endpoint seen = Endpoint::ipv4({1, 2, 3, 4}, 1);
            if (random.below(2) == 0) seen = Endpoint{{0x20, 0x01, 7}, 1};
            seen.port = static_cast<std::uint16_t>(1 + random.below(65'535));
            return Pong{id, number, seen};
        }
        case 2: {
            FindNode find{id, {}};
            for (auto left = random.below(6); left > 0; --left)
                find.distances.push_back(static_cast<unsigned>(random.below(257)));
            return find;
        }
        case 3: {
            Nodes nodes{id, number, {}};
            for (auto left = random.below(kNodesRecordsMax + 1); left > 0; --left)
                nodes.records.push_back(random_list(random));
            return nodes;
        }
        case 4:
            return TalkRequest{id, random_bytes(random, 20), random_bytes(random, 700)};
        default:
            return TalkResponse{id, random_bytes(random, 700)};
    }
}

std::optional<MessageError> error_of(std::string_view hexadecimal) {
    const auto result = decode_message(*from_hex(hexadecimal));
    if (result) return std::nullopt;
    return result.error();
}

TEST(Protocol, WhatIsEncodedDecodesToTheSame) {
    test::SeededRandom random(11);
    for (int round = 0; round < 2'000; ++round) {
        const Message message = random_message(random);
        const auto again = decode_message(encode(message));
        ASSERT_TRUE(again.ok()) << name_of(message) << ": " << describe(again.error());
        EXPECT_EQ(*again, message);
    }
}

TEST(Protocol, TellsTheLengthOfAnEncodingWithoutEncoding) {
    test::SeededRandom random(12);
    for (int round = 0; round < 2'000; ++round) {
        const Message message = random_message(random);
        ASSERT_EQ(encoded_bytes(message), encode(message).size()) << name_of(message);
        EXPECT_TRUE(within_bounds(message)) << name_of(message);
    }
}

TEST(Protocol, WhatCouldNotBeDecodedIsOutOfBounds) {
    EXPECT_FALSE(within_bounds(Pong{{1}, 1, Endpoint{}}));
    EXPECT_FALSE(within_bounds(FindNode{{1}, {257}}));
    EXPECT_FALSE(within_bounds(FindNode{{1}, std::vector<unsigned>(kDistancesMax + 1)}));
    EXPECT_FALSE(within_bounds(Nodes{{1}, 1, std::vector<Bytes>(kNodesRecordsMax + 1)}));
    EXPECT_FALSE(within_bounds(Nodes{{1}, 1, {}, {nullptr}}));
}

TEST(Protocol, CheckedRecordsAreEncodedBehindTheOthers) {
    const auto record = Record::sign({}, test::identity(1));
    const Bytes list = *from_hex("c101");
    EXPECT_EQ(encode(Nodes{{1}, 1, {list}, {record}}),
              encode(Nodes{{1}, 1, {list, record->bytes()}}));
}

TEST(Protocol, PingIsThatOfTheTestVectors) {
    EXPECT_EQ(hex(encode(Ping{{0, 0, 0, 1}, 2})), "01c6840000000102");
    const auto ping = decode_message(*from_hex("01c6840000000102"));
    ASSERT_TRUE(ping.ok());
    EXPECT_EQ(std::get<Ping>(*ping), (Ping{{0, 0, 0, 1}, 2}));
}

TEST(Protocol, PongNamesIpv4InFourBytesAndIpv6InSixteen) {
    EXPECT_EQ(hex(encode(Pong{{1}, 1, Endpoint::ipv4({127, 0, 0, 1}, 9)})), "02c80101847f00000109");
    const Message pong = Pong{{1}, 1, Endpoint{{0x20, 1}, 9}};
    EXPECT_EQ(hex(encode(pong)), "02d40101902001000000000000000000000000000009");
}

TEST(Protocol, RequestIdsOfMoreThanEightBytesAreRefused) {
    EXPECT_EQ(error_of("01ca88010203040506070801"), std::nullopt);
    EXPECT_EQ(error_of("01cb8901020304050607080901"), MessageError::long_request_id);
    EXPECT_EQ(error_of("01c28001"), std::nullopt) << "an empty id is an id";
}

TEST(Protocol, UnknownTypesAreRefused) {
    EXPECT_EQ(error_of(""), MessageError::empty);
    for (const char* type : {"00c20101", "07c20101", "0ac20101", "ffc20101"})
        EXPECT_EQ(error_of(type), MessageError::unknown_type) << type;
}

TEST(Protocol, FieldsTooFewTooManyOrOfTheWrongKindAreRefused) {
    for (const char* message : {"01", "0101", "01c101", "01c3010101", "01c2010100", "01c201c0",
                                "01c401820001", "02c20101", "03c20101", "04c401018001", "05c20101"})
        EXPECT_EQ(error_of(message), MessageError::bad_rlp) << message;
}

TEST(Protocol, AddressesAreOfFourOrSixteenBytesAndPortsOfSixteenBits) {
    EXPECT_EQ(error_of("02c70101837f000001"), MessageError::bad_field);
    EXPECT_EQ(error_of("02c901018500000000"
                       "0101"),
              MessageError::bad_field);
    EXPECT_EQ(error_of("02c80101847f00000180"), MessageError::bad_field) << "port 0";
    EXPECT_EQ(error_of("02cb0101847f00000183010000"), MessageError::bad_field) << "port 65,536";
}

TEST(Protocol, DistancesAreAtMost256AndEachOnce) {
    EXPECT_EQ(error_of("03c501c3820100"), std::nullopt);
    EXPECT_EQ(error_of("03c501c3820101"), MessageError::bad_field);
    EXPECT_TRUE(decode_message(encode(FindNode{{1}, std::vector<unsigned>(257, 1)})).ok());
    const auto many = decode_message(encode(FindNode{{1}, std::vector<unsigned>(258, 1)}));
    ASSERT_FALSE(many.ok());
    EXPECT_EQ(many.error(), MessageError::bad_field);
}

TEST(Protocol, RecordsAreListsWithinTheirLimitAndBoundedInNumberWhateverTotalClaims) {
    const std::uint64_t total = ~std::uint64_t{0};
    const Bytes empty_list{0xc0};
    const auto decodes = [&](std::vector<Bytes> records) {
        return decode_message(encode(Nodes{{1}, total, std::move(records)})).ok();
    };
    EXPECT_TRUE(decodes(std::vector<Bytes>(kNodesRecordsMax, empty_list)));
    EXPECT_FALSE(decodes(std::vector<Bytes>(kNodesRecordsMax + 1, empty_list)));
    EXPECT_FALSE(decodes({Bytes{0x80}})) << "a string";
    Bytes longest(300, 1);
    longest[0] = 0xf9, longest[1] = 1, longest[2] = 297 - 256;
    EXPECT_TRUE(decodes({longest}));
    Bytes too_long(301, 1);
    too_long[0] = 0xf9, too_long[1] = 1, too_long[2] = 298 - 256;
    EXPECT_FALSE(decodes({too_long}));
}

// Whatever bytes come, either nothing is made of them or what encodes to the same meaning.
TEST(Protocol, DamagedMessagesNeverDecodeToWhatDoesNotEncode) {
    test::SeededRandom random(12);
    for (int round = 0; round < 5'000; ++round) {
        Bytes bytes = encode(random_message(random));
        for (auto left = 1 + random.below(3); left > 0; --left)
            bytes[random.below(bytes.size())] = static_cast<std::uint8_t>(random.next());
        if (random.below(4) == 0) bytes.resize(random.below(bytes.size()));
        const auto message = decode_message(bytes);
        if (!message) continue;
        const auto again = decode_message(encode(*message));
        ASSERT_TRUE(again.ok());
        EXPECT_EQ(*again, *message);
    }
}

}  // namespace
}  // namespace starling::p2p::discv5
