#include "p2p/discovery/packet.h"

#include "consensus/hex.h"
#include "p2p/identity/node_id.h"
#include "support/read_file.h"
#include "support/seeded_random.h"
#include "support/shared_data.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace starling::p2p::discv5 {
namespace {

template <std::size_t N>
std::array<std::uint8_t, N> fixed_of(std::string_view text) {
    if (text.starts_with("0x")) text.remove_prefix(2);
    const Bytes bytes = *from_hex(text);
    EXPECT_EQ(bytes.size(), N);
    std::array<std::uint8_t, N> out{};
    std::ranges::copy(bytes, out.begin());
    return out;
}

// The four packets of discv5-wire-test-vectors; all have a masking IV of zeros.
struct PacketVectors : testing::Test {
    void SetUp() override {
        const Bytes text = test::read_file(test::shared_data("vectors/discv5.json"));
        if (text.empty()) GTEST_SKIP() << "no vectors/discv5.json";
        vectors = boost::json::parse(std::string(text.begin(), text.end()));
        receiver = {fixed_of<32>(field(0, "dest-node-id"))};
        sender = {fixed_of<32>(field(0, "src-node-id"))};
    }

    [[nodiscard]] std::string field(std::size_t packet, const char* name) const {
        return vectors.at("packets").as_array()[packet].at("fields").at(name).as_string().c_str();
    }
    [[nodiscard]] Bytes datagram(std::size_t packet) const {
        const auto& text = vectors.at("packets").as_array()[packet].at("packet").as_string();
        return *from_hex(std::string_view(text));
    }
    [[nodiscard]] Packet decoded(std::size_t packet) const {
        auto result = decode_packet(datagram(packet), receiver);
        EXPECT_TRUE(result.ok());
        return result ? std::move(*result) : Packet{};
    }
    // Opens its message, seals it again and encodes all of it.
    void expect_reproduced(std::size_t index, std::string_view message) const {
        const Packet packet = decoded(index);
        EXPECT_EQ(packet.nonce, fixed_of<12>(field(index, "nonce")));
        const auto key = fixed_of<16>(field(index, "read-key"));
        const auto plain = gcm_open(key, packet.nonce, packet.message, packet.associated);
        ASSERT_TRUE(plain);
        EXPECT_EQ(hex(*plain), message);
        Packet again{.masking_iv = {},
                     .nonce = packet.nonce,
                     .auth = packet.auth,
                     .message = {},
                     .associated = {}};
        again.message = gcm_seal(key, again.nonce, *plain, associated_of(again));
        EXPECT_EQ(hex(encode_packet(again, receiver)), hex(datagram(index)));
    }

    boost::json::value vectors;
    NodeId sender, receiver;
};

// The test vectors' PING, with these last bytes for its enr-seq.
constexpr std::string_view kPing = "01c6840000000102";
constexpr std::string_view kHandshakePing = "01c6840000000101";

TEST_F(PacketVectors, OrdinaryPacketInBothDirections) {
    EXPECT_EQ(std::get<OrdinaryAuth>(decoded(0).auth).from, sender);
    expect_reproduced(0, kPing);
    EXPECT_EQ(datagram(0).size(), 95u);
}

TEST_F(PacketVectors, WhoAreYouInBothDirections) {
    const Packet packet = decoded(1);
    const auto& auth = std::get<WhoAreYou>(packet.auth);
    EXPECT_EQ(auth.id_nonce, fixed_of<16>(field(1, "whoareyou.id-nonce")));
    EXPECT_EQ(auth.record_sequence, 0u);
    EXPECT_EQ(packet.nonce, fixed_of<12>(field(1, "whoareyou.request-nonce")));
    EXPECT_EQ("0x" + hex(packet.associated), field(1, "whoareyou.challenge-data"));
    EXPECT_TRUE(packet.message.empty());
    EXPECT_EQ(encode_packet(packet, receiver), datagram(1));
    EXPECT_EQ(datagram(1).size(), kPacketBytesMin);
}

TEST_F(PacketVectors, HandshakePacketInBothDirections) {
    const Packet packet = decoded(2);
    const auto& auth = std::get<HandshakeAuth>(packet.auth);
    EXPECT_EQ(auth.from, sender);
    EXPECT_EQ(auth.ephemeral, fixed_of<33>(field(2, "ephemeral-pubkey")));
    EXPECT_TRUE(auth.record.empty());
    expect_reproduced(2, kHandshakePing);
    EXPECT_EQ(datagram(2).size(), 194u);
}

TEST_F(PacketVectors, HandshakePacketWithRecordInBothDirections) {
    EXPECT_EQ(std::get<HandshakeAuth>(decoded(3).auth).record.size(), 127u);
    expect_reproduced(3, kHandshakePing);
    EXPECT_EQ(datagram(3).size(), 321u);
}

TEST_F(PacketVectors, IsForOneReceiverOnly) {
    const auto result = decode_packet(datagram(0), sender);
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error(), PacketError::foreign_protocol);
}

// ---- Hostile packets: headers written by hand and masked ----

const NodeId kOwn{{7, 7, 7}};

Bytes masked(Bytes packet) {
    AesKey key{};
    std::copy_n(kOwn.bytes.begin(), key.size(), key.begin());
    AesCounter iv{};
    std::copy_n(packet.begin(), iv.size(), iv.begin());
    const std::size_t header = std::min<std::size_t>(packet.size(), 16 + 23 + 431) - 16;
    aes_ctr(key, iv, std::span(packet).subspan(16, header));
    return packet;
}

// masking IV and static header, unmasked, and then as many zeros as asked for.
Bytes headed(std::uint8_t flag, std::size_t auth_bytes, std::size_t zeros) {
    Bytes packet(16, 0x11);
    for (const char c : std::string_view("discv5"))
        packet.push_back(static_cast<std::uint8_t>(c));
    packet.insert(packet.end(), {0, 1, flag});
    packet.insert(packet.end(), 12, 0x22);
    packet.push_back(static_cast<std::uint8_t>(auth_bytes >> 8));
    packet.push_back(static_cast<std::uint8_t>(auth_bytes));
    packet.insert(packet.end(), zeros, 0);
    return packet;
}

std::optional<PacketError> error_of(const Bytes& datagram) {
    const auto result = decode_packet(datagram, kOwn);
    if (result) return std::nullopt;
    return result.error();
}

TEST(Packet, DatagramsOutsideOfTheSizesAreRefused) {
    EXPECT_EQ(error_of(Bytes{}), PacketError::bad_size);
    EXPECT_EQ(error_of(Bytes(62, 0)), PacketError::bad_size);
    EXPECT_EQ(error_of(masked(headed(0, 32, 1'280 - 39))), std::nullopt);
    EXPECT_EQ(error_of(masked(headed(0, 32, 1'281 - 39))), PacketError::bad_size);
}

TEST(Packet, OtherVersionsAndFlagsAreRefused) {
    for (const std::uint8_t flag : std::array<std::uint8_t, 3>{3, 4, 255})
        EXPECT_EQ(error_of(masked(headed(flag, 32, 64))), PacketError::bad_flag);
    Bytes version2 = headed(0, 32, 64);
    version2[16 + 7] = 2;
    EXPECT_EQ(error_of(masked(version2)), PacketError::bad_version);
    Bytes foreign = headed(0, 32, 64);
    foreign[16] = 'D';
    EXPECT_EQ(error_of(masked(foreign)), PacketError::foreign_protocol);
}

TEST(Packet, AuthdataIsOfExactlyItsSize) {
    for (const std::size_t bytes : {0u, 31u, 33u, 65'535u})
        EXPECT_EQ(error_of(masked(headed(0, bytes, 200))), PacketError::bad_authdata) << bytes;
    for (const std::size_t bytes : {0u, 23u, 25u})
        EXPECT_EQ(error_of(masked(headed(1, bytes, 24))), PacketError::bad_authdata) << bytes;
    // Past the datagram's end.
    EXPECT_EQ(error_of(masked(headed(0, 32, 24))), PacketError::bad_authdata);
}

TEST(Packet, SignatureAndKeyOfAHandshakeHaveTheirSizesAndTheRecordItsLimit) {
    const auto handshake = [](std::size_t auth_bytes) {
        Bytes packet = headed(2, auth_bytes, auth_bytes + kTagBytes);
        packet[39 + 32] = 64;
        packet[39 + 33] = 33;
        return packet;
    };
    EXPECT_EQ(error_of(masked(handshake(131))), std::nullopt);
    EXPECT_EQ(error_of(masked(handshake(131 + 300))), std::nullopt);
    EXPECT_EQ(error_of(masked(handshake(131 + 301))), PacketError::bad_authdata);
    EXPECT_EQ(error_of(masked(handshake(130))), PacketError::bad_authdata);
    for (const std::size_t at : {39u + 32u, 39u + 33u}) {
        Bytes wrong = handshake(131);
        ++wrong[at];
        EXPECT_EQ(error_of(masked(wrong)), PacketError::bad_authdata);
    }
}

TEST(Packet, MessagesHaveRoomForTheirTagAndWhoAreYouHasNone) {
    EXPECT_EQ(error_of(masked(headed(0, 32, 32 + 15))), PacketError::bad_size);
    EXPECT_EQ(error_of(masked(headed(0, 32, 32 + 16))), std::nullopt);
    EXPECT_EQ(error_of(masked(headed(1, 24, 24))), std::nullopt);
    EXPECT_EQ(error_of(masked(headed(1, 24, 25))), PacketError::bad_size);
}

TEST(Packet, WhatIsEncodedDecodesToTheSame) {
    test::SeededRandom random(5);
    for (int round = 0; round < 500; ++round) {
        const auto byte = [&] { return static_cast<std::uint8_t>(random.next()); };
        Packet packet;
        std::ranges::generate(packet.masking_iv, byte);
        std::ranges::generate(packet.nonce, byte);
        NodeId from, to;
        std::ranges::generate(from.bytes, byte);
        std::ranges::generate(to.bytes, byte);
        const std::uint64_t kind = random.below(3);
        if (kind == 0) packet.auth = OrdinaryAuth{from};
        if (kind == 1) packet.auth = WhoAreYou{{byte(), byte()}, random.next()};
        if (kind == 2) packet.auth = HandshakeAuth{from, {}, {}, Bytes(random.below(301), byte())};
        if (kind != 1) packet.message = Bytes(16 + random.below(700), byte());

        const auto again = decode_packet(encode_packet(packet, to), to);
        ASSERT_TRUE(again.ok());
        EXPECT_EQ(again->associated, associated_of(packet));
        EXPECT_EQ(again->message, packet.message);
        EXPECT_EQ(again->auth.index(), packet.auth.index());
        EXPECT_EQ(encode_packet(*again, to), encode_packet(packet, to));
    }
}

}  // namespace
}  // namespace starling::p2p::discv5
