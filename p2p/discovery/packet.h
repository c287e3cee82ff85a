#pragma once

#include "consensus/bytes.h"
#include "consensus/result.h"
#include "p2p/crypto/cipher.h"
#include "p2p/identity/node_id.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <variant>

namespace starling::p2p::discv5 {

// The packets of Node Discovery v5.1 (discv5-wire, "Packet Encoding"): a masking IV, a header
// masked with AES-128-CTR under the receiver's node id, and a message sealed with AES-128-GCM.

constexpr std::size_t kPacketBytesMin = 63;  // WHOAREYOU, which has no message
constexpr std::size_t kPacketBytesMax = 1'280;
constexpr std::size_t kOrdinaryBytes = 71;    // of an ordinary packet, without its message
constexpr std::size_t kHandshakeBytes = 170;  // of a handshake packet, without record and message
// The longest message, type byte and RLP, that an ordinary packet holds.
constexpr std::size_t kPlainBytesMax = kPacketBytesMax - kOrdinaryBytes - kTagBytes;

using IdNonce = std::array<std::uint8_t, 16>;

struct OrdinaryAuth {
    NodeId from;
};
struct WhoAreYou {
    IdNonce id_nonce{};
    std::uint64_t record_sequence = 0;  // of the record that the challenger has; 0: none
};
struct HandshakeAuth {
    NodeId from;
    EcdsaSignature signature{};
    CompressedKey ephemeral{};
    Bytes record;  // RLP; empty where the challenger's is current
};

struct Packet {
    AesCounter masking_iv{};
    GcmNonce nonce{};
    std::variant<OrdinaryAuth, WhoAreYou, HandshakeAuth> auth;
    Bytes message;  // sealed; empty in WHOAREYOU
    // masking IV, static header and authdata, unmasked: the associated data of the message, and of
    // a WHOAREYOU its challenge-data. Set by decode_packet; for a packet of ours see associated_of.
    Bytes associated;
};

enum class PacketError { bad_size, foreign_protocol, bad_version, bad_flag, bad_authdata };
std::string_view describe(PacketError error);

Result<Packet, PacketError> decode_packet(ByteView datagram, const NodeId& own);

// The bytes that a message of this packet is sealed with; `packet.message` is not looked at.
Bytes associated_of(const Packet& packet);
// The datagram; `packet.message` is sealed already.
Bytes encode_packet(const Packet& packet, const NodeId& to);

}  // namespace starling::p2p::discv5
