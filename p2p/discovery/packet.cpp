#include "p2p/discovery/packet.h"

#include "p2p/identity/record.h"

#include <algorithm>
#include <cassert>
#include <span>

namespace starling::p2p::discv5 {
namespace {

constexpr std::array<std::uint8_t, 8> kProtocolAndVersion = {'d', 'i', 's', 'c', 'v', '5', 0, 1};
constexpr std::size_t kProtocolBytes = 6;
constexpr std::size_t kIvBytes = std::tuple_size_v<AesCounter>;
constexpr std::size_t kStaticBytes = 23;
constexpr std::size_t kIdBytes = 32;
constexpr std::size_t kWhoAreYouAuthBytes = 24;
constexpr std::size_t kSignatureBytes = std::tuple_size_v<EcdsaSignature>;
constexpr std::size_t kKeyBytes = std::tuple_size_v<CompressedKey>;
constexpr std::size_t kHandshakeAuthBytesMin = kIdBytes + 2 + kSignatureBytes + kKeyBytes;
constexpr std::size_t kAuthBytesMax = kHandshakeAuthBytesMin + Record::kBytesMax;

static_assert(kPacketBytesMin == kIvBytes + kStaticBytes + kWhoAreYouAuthBytes);
static_assert(kOrdinaryBytes == kIvBytes + kStaticBytes + kIdBytes);
static_assert(kHandshakeBytes == kIvBytes + kStaticBytes + kHandshakeAuthBytesMin);

enum Flag : std::uint8_t { ordinary = 0, who_are_you = 1, handshake = 2 };

AesKey masking_key(const NodeId& receiver) {
    AesKey key;
    std::copy_n(receiver.bytes.begin(), key.size(), key.begin());
    return key;
}

std::uint64_t big_endian(ByteView bytes) {
    std::uint64_t value = 0;
    for (const std::uint8_t byte : bytes)
        value = value << 8 | byte;
    return value;
}

template <std::size_t N>
std::array<std::uint8_t, N> array_of(ByteView bytes) {
    std::array<std::uint8_t, N> array;
    std::copy_n(bytes.begin(), N, array.begin());
    return array;
}

void append(Bytes& out, ByteView bytes) {
    out.insert(out.end(), bytes.begin(), bytes.end());
}

void append_big_endian(Bytes& out, std::uint64_t value, unsigned bytes) {
    for (unsigned i = bytes; i-- > 0;)
        out.push_back(static_cast<std::uint8_t>(value >> 8 * i));
}

using Auth = decltype(Packet::auth);

Result<Auth, PacketError> decode_handshake(ByteView auth) {
    if (auth.size() < kHandshakeAuthBytesMin || auth.size() > kAuthBytesMax)
        return Failure{PacketError::bad_authdata};
    if (auth[kIdBytes] != kSignatureBytes || auth[kIdBytes + 1] != kKeyBytes)
        return Failure{PacketError::bad_authdata};
    const ByteView proof = auth.subspan(kIdBytes + 2);
    const ByteView record = auth.subspan(kHandshakeAuthBytesMin);
    return Auth{HandshakeAuth{.from = {array_of<kIdBytes>(auth)},
                              .signature = array_of<kSignatureBytes>(proof),
                              .ephemeral = array_of<kKeyBytes>(proof.subspan(kSignatureBytes)),
                              .record = {record.begin(), record.end()}}};
}

Result<Auth, PacketError> decode_auth(std::uint8_t flag, ByteView auth) {
    switch (flag) {
        case ordinary:
            if (auth.size() != kIdBytes) return Failure{PacketError::bad_authdata};
            return Auth{OrdinaryAuth{.from = {array_of<kIdBytes>(auth)}}};
        case who_are_you:
            if (auth.size() != kWhoAreYouAuthBytes) return Failure{PacketError::bad_authdata};
            return Auth{WhoAreYou{.id_nonce = array_of<16>(auth),
                                  .record_sequence = big_endian(auth.subspan(16))}};
        case handshake:
            return decode_handshake(auth);
        default:
            return Failure{PacketError::bad_flag};
    }
}

// A WHOAREYOU has no message; every other packet's holds at least its tag.
bool message_fits(const Packet& packet) {
    if (std::holds_alternative<WhoAreYou>(packet.auth)) return packet.message.empty();
    return packet.message.size() >= kTagBytes;
}

Bytes authdata_of(const OrdinaryAuth& auth) {
    return {auth.from.bytes.begin(), auth.from.bytes.end()};
}
Bytes authdata_of(const WhoAreYou& auth) {
    Bytes out(auth.id_nonce.begin(), auth.id_nonce.end());
    append_big_endian(out, auth.record_sequence, 8);
    return out;
}
Bytes authdata_of(const HandshakeAuth& auth) {
    assert(auth.record.size() <= Record::kBytesMax);
    Bytes out(auth.from.bytes.begin(), auth.from.bytes.end());
    out.push_back(kSignatureBytes);
    out.push_back(kKeyBytes);
    append(out, auth.signature);
    append(out, auth.ephemeral);
    append(out, auth.record);
    return out;
}

}  // namespace

std::string_view describe(PacketError error) {
    switch (error) {
        case PacketError::bad_size:
            return "not of 63 to 1,280 bytes, or without room for its message";
        case PacketError::foreign_protocol:
            return "not \"discv5\", or not masked for this node";
        case PacketError::bad_version:
            return "not version 1";
        case PacketError::bad_flag:
            return "neither ordinary, WHOAREYOU nor handshake";
        case PacketError::bad_authdata:
            return "authdata of a wrong size";
    }
    assert(false && "every error has a text");
    return {};
}

Result<Packet, PacketError> decode_packet(ByteView datagram, const NodeId& own) {
    if (datagram.size() < kPacketBytesMin || datagram.size() > kPacketBytesMax)
        return Failure{PacketError::bad_size};
    Packet packet;
    packet.masking_iv = array_of<kIvBytes>(datagram);
    // As much as the longest header takes; what lies behind this packet's header is cut off below.
    const std::size_t unmasked = std::min(datagram.size(), kIvBytes + kStaticBytes + kAuthBytesMax);
    packet.associated.assign(datagram.begin(),
                             datagram.begin() + static_cast<std::ptrdiff_t>(unmasked));
    const auto header = std::span(packet.associated).subspan(kIvBytes);
    aes_ctr(masking_key(own), packet.masking_iv, header);

    const ByteView fixed = ByteView(header).first(kStaticBytes);
    if (!std::ranges::equal(fixed.first(kProtocolBytes),
                            std::span(kProtocolAndVersion).first(kProtocolBytes)))
        return Failure{PacketError::foreign_protocol};
    if (!std::ranges::equal(fixed.first(kProtocolAndVersion.size()), kProtocolAndVersion))
        return Failure{PacketError::bad_version};
    const std::uint8_t flag = fixed[8];
    packet.nonce = array_of<12>(fixed.subspan(9));
    const std::size_t auth_bytes = big_endian(fixed.subspan(21));
    if (auth_bytes > header.size() - kStaticBytes) return Failure{PacketError::bad_authdata};

    auto auth = decode_auth(flag, ByteView(header).subspan(kStaticBytes, auth_bytes));
    if (!auth) return Failure{auth.error()};
    packet.auth = std::move(*auth);
    packet.associated.resize(kIvBytes + kStaticBytes + auth_bytes);
    const ByteView message = datagram.subspan(packet.associated.size());
    packet.message.assign(message.begin(), message.end());
    if (!message_fits(packet)) return Failure{PacketError::bad_size};
    return packet;
}

Bytes associated_of(const Packet& packet) {
    const Bytes auth = std::visit([](const auto& a) { return authdata_of(a); }, packet.auth);
    Bytes out;
    out.reserve(kPacketBytesMax);
    append(out, packet.masking_iv);
    append(out, kProtocolAndVersion);
    out.push_back(static_cast<std::uint8_t>(packet.auth.index()));
    append(out, packet.nonce);
    append_big_endian(out, auth.size(), 2);
    append(out, auth);
    return out;
}

Bytes encode_packet(const Packet& packet, const NodeId& to) {
    assert(message_fits(packet));
    Bytes out = associated_of(packet);
    aes_ctr(masking_key(to), packet.masking_iv, std::span(out).subspan(kIvBytes));
    append(out, packet.message);
    assert(out.size() <= kPacketBytesMax);
    return out;
}

}  // namespace starling::p2p::discv5
