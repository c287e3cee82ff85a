#include "p2p/discovery/saved_peers.h"

#include "consensus/hash.h"
#include "support/seeded_random.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace starling::p2p::discv5 {
namespace {

constexpr std::size_t kMarkBytes = 8;

SavedPeers example(std::size_t peers) {
    SavedPeers saved{.own_record = Bytes(130, 7), .peers = {}};
    for (std::size_t i = 0; i < peers; ++i) {
        const auto n = static_cast<std::int64_t>(i);
        saved.peers.push_back({.record = Bytes(1 + i % Record::kBytesMax, 9),
                               .last_seen = Time{Duration{1'000 + n}},
                               .added = Time{Duration{n}},
                               .checks = static_cast<std::uint32_t>(i)});
    }
    return saved;
}

Bytes with_right_checksum(Bytes contents) {
    const Hash256 hash = sha256d(contents);
    contents.insert(contents.end(), hash.bytes.begin(), hash.bytes.begin() + 4);
    return contents;
}

TEST(SavedPeersTest, WhatIsWrittenIsReadAgain) {
    for (const std::size_t peers : {0u, 1u, 500u, 1'000u}) {
        const auto read = decode_saved_peers(encode_saved_peers(example(peers)));
        ASSERT_TRUE(read.ok());
        EXPECT_EQ(*read, example(peers));
    }
    const auto nothing = decode_saved_peers(encode_saved_peers({}));
    ASSERT_TRUE(nothing.ok());
    EXPECT_EQ(*nothing, SavedPeers{});
}

TEST(SavedPeersTest, PeersBeyondTheBoundAreLeftOut) {
    const auto read = decode_saved_peers(encode_saved_peers(example(SavedPeers::kPeersMax + 50)));
    ASSERT_TRUE(read.ok());
    EXPECT_EQ(read->peers, example(SavedPeers::kPeersMax).peers);
}

TEST(SavedPeersTest, AFileThatIsTornAnywhereIsRefused) {
    const Bytes whole = encode_saved_peers(example(3));
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const auto read = decode_saved_peers(ByteView(whole).first(size));
        ASSERT_FALSE(read.ok()) << size;
        EXPECT_EQ(read.error(),
                  size < kMarkBytes ? SavedPeersError::foreign : SavedPeersError::damaged);
    }
}

TEST(SavedPeersTest, AFlippedBitAnywhereIsSeen) {
    const Bytes whole = encode_saved_peers(example(2));
    for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
        Bytes damaged = whole;
        damaged[bit / 8] = static_cast<std::uint8_t>(damaged[bit / 8] ^ (1u << (bit % 8)));
        EXPECT_FALSE(decode_saved_peers(damaged).ok()) << bit;
    }
}

TEST(SavedPeersTest, AnotherVersionIsNamedSo) {
    Bytes other = encode_saved_peers(example(2));
    other[kMarkBytes] = 2;
    const auto read = decode_saved_peers(other);
    ASSERT_FALSE(read.ok());
    EXPECT_EQ(read.error(), SavedPeersError::version);
}

TEST(SavedPeersTest, ContentsThatCannotBeAreRefusedAlthoughTheChecksumIsRight) {
    Bytes contents = encode_saved_peers({});
    contents.resize(contents.size() - 4);  // mark, version, no record, no peers
    const auto with = [&](std::initializer_list<std::uint8_t> tail) {
        Bytes bytes = contents;
        bytes.resize(bytes.size() - 2);
        bytes.insert(bytes.end(), tail);
        return decode_saved_peers(with_right_checksum(bytes));
    };
    EXPECT_TRUE(with({0, 0}).ok());
    for (const auto& read : {with({0, 0, 0}),                 // a byte too many
                             with({0, 1}),                    // a peer that is not there
                             with({0, 0xfd, 0xff, 0xff}),     // more peers than allowed
                             with({0xfd, 0x2d, 0x01, 0})}) {  // a record of 301 bytes
        ASSERT_FALSE(read.ok());
        EXPECT_EQ(read.error(), SavedPeersError::malformed);
    }
}

TEST(SavedPeersTest, RandomBytesBehindTheMarkNeverDoHarm) {
    test::SeededRandom random(5);
    for (int round = 0; round < 2'000; ++round) {
        Bytes bytes = encode_saved_peers({});
        bytes.resize(kMarkBytes + 4);
        for (std::uint64_t n = random.below(200); n > 0; --n)
            bytes.push_back(static_cast<std::uint8_t>(random.next()));
        const auto read = decode_saved_peers(with_right_checksum(bytes));
        if (!read) continue;
        EXPECT_EQ(encode_saved_peers(*read), with_right_checksum(bytes));
    }
}

}  // namespace
}  // namespace starling::p2p::discv5
