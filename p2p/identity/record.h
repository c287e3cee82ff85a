#pragma once

#include "consensus/bytes.h"
#include "consensus/result.h"
#include "p2p/address.h"
#include "p2p/identity/network_tag.h"
#include "p2p/identity/node_id.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace starling::p2p {

// What a record says, as its node writes it. Not what is true: an address may be anybody's.
struct RecordFields {
    std::uint64_t sequence = 1;
    std::optional<Endpoint> udp, tcp;    // IPv4; both have the same address ("ip")
    std::optional<Endpoint> udp6, tcp6;  // IPv6; both have the same address ("ip6")
    std::optional<NetworkTag> network;   // "starling"
};

enum class RecordError {
    too_long,        // over 300 bytes, or its text over what 300 bytes take
    bad_text,        // no "enr:", or no unpadded base64url
    bad_rlp,         // not canonical RLP, or bytes behind it
    unsorted,        // keys must rise strictly
    unknown_scheme,  // "id" is not "v4"
    bad_key,         // "secp256k1" absent or no point
    cheap_identity,  // its key has less work than was asked for (identity_work.h)
    bad_signature,
    bad_field,  // a key that we know with a value that cannot be: an "ip" of 5 bytes, port 0
};
std::string_view describe(RecordError error);

// A signed node record (EIP-778, ENR) whose signature was checked: there is no other way to make
// one. Immutable; share it.
class Record {
public:
    static constexpr std::size_t kBytesMax = 300;

    // A key without `identity_bits` of work costs one hash to refuse: a signature costs hundreds.
    static Result<Shared<Record>, RecordError> decode(ByteView rlp, std::uint8_t identity_bits = 0);
    static Result<Shared<Record>, RecordError> parse(std::string_view text);  // "enr:..."
    // Equal fields and keys give equal bytes. EIP-778 has the ports of IPv4 hold for IPv6 as well
    // where that has none of its own: fields with an address of both kinds and `udp` but no `udp6`
    // come back with both.
    static Shared<Record> sign(const RecordFields& fields, const Identity& identity);

    [[nodiscard]] const Bytes& bytes() const { return bytes_; }  // as it was signed
    [[nodiscard]] std::string text() const;                      // "enr:..."
    [[nodiscard]] const NodeId& id() const { return id_; }
    [[nodiscard]] const CompressedKey& key() const { return key_; }
    [[nodiscard]] std::uint64_t sequence() const { return fields_.sequence; }
    [[nodiscard]] const RecordFields& fields() const { return fields_; }
    // Where to reach it, IPv4 first.
    [[nodiscard]] std::optional<Endpoint> udp() const;
    [[nodiscard]] std::optional<Endpoint> tcp() const;
    [[nodiscard]] bool of_network(const NetworkTag& tag) const { return fields_.network == tag; }

private:
    Record() = default;

    Bytes bytes_;
    NodeId id_;
    CompressedKey key_{};
    RecordFields fields_;
};

}  // namespace starling::p2p
