#include "p2p/identity/record.h"

#include "p2p/crypto/keccak.h"
#include "p2p/identity/base64url.h"
#include "p2p/identity/identity_work.h"
#include "p2p/identity/rlp.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <map>
#include <utility>

namespace starling::p2p {

namespace {

constexpr std::string_view kTextPrefix = "enr:";
constexpr std::size_t kTextSizeMax = kTextPrefix.size() + Record::kBytesMax * 4 / 3;
constexpr std::string_view kScheme = "v4";

ByteView view_of(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string_view text_of(ByteView bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// The record taken apart, before anything of it is believed. Views into its bytes. As many pairs as
// 300 bytes hold, which is under 150.
struct Parts {
    ByteView signature;
    ByteView signed_items;  // the sequence number and the pairs
    std::uint64_t sequence = 0;
    std::map<std::string_view, ByteView> values;  // items with their prefixes

    // Nothing if the key is absent; a failed reader if its value is a list.
    [[nodiscard]] std::optional<RlpReader> value(std::string_view key) const {
        const auto found = values.find(key);
        if (found == values.end()) return std::nullopt;
        return RlpReader(found->second);
    }
};

// Every pair, in rising order of keys.
Result<Unit, RecordError> read_pairs(RlpReader& items, Parts& parts) {
    std::optional<std::string_view> previous;
    while (!items.empty()) {
        const std::string_view key = text_of(items.string());
        const ByteView value = items.item();
        if (items.failed()) return Failure{RecordError::bad_rlp};
        if (previous && key <= *previous) return Failure{RecordError::unsorted};
        parts.values.emplace_hint(parts.values.end(), key, value);
        previous = key;
    }
    return Unit{};
}

Result<Parts, RecordError> take_apart(ByteView rlp) {
    RlpReader whole(rlp);
    RlpReader items = whole.list();
    if (!whole.finished()) return Failure{RecordError::bad_rlp};
    Parts parts;
    const ByteView signature = items.item();
    if (items.failed()) return Failure{RecordError::bad_rlp};
    parts.signature = RlpReader(signature).string();
    parts.signed_items = items.rest();
    parts.sequence = items.number();
    if (items.failed()) return Failure{RecordError::bad_rlp};
    if (const auto pairs = read_pairs(items, parts); !pairs) return Failure{pairs.error()};
    return parts;
}

// The digest that the identity scheme "v4" signs.
Hash256 signed_digest(ByteView items) {
    RlpWriter list;
    list.list(items);
    return keccak256(list.take());
}

// The contents of a string of exactly this size.
template <class Array>
std::optional<Array> array_of(std::optional<RlpReader> value) {
    if (!value) return std::nullopt;
    const ByteView bytes = value->string();
    Array out{};
    if (bytes.size() != out.size()) return std::nullopt;
    std::ranges::copy(bytes, out.begin());
    return out;
}

// The key that signed, once it is sure that it did.
Result<CompressedKey, RecordError> signer(const Parts& parts, std::uint8_t identity_bits) {
    auto scheme = parts.value("id");
    if (!scheme || text_of(scheme->string()) != kScheme)
        return Failure{RecordError::unknown_scheme};
    const auto key = array_of<CompressedKey>(parts.value("secp256k1"));
    if (!key) return Failure{RecordError::bad_key};
    if (!is_paid_for(*key, identity_bits)) return Failure{RecordError::cheap_identity};
    if (!coordinates(*key)) return Failure{RecordError::bad_key};
    EcdsaSignature signature{};
    if (parts.signature.size() != signature.size()) return Failure{RecordError::bad_signature};
    std::ranges::copy(parts.signature, signature.begin());
    if (!verify_ecdsa(*key, signed_digest(parts.signed_items), signature))
        return Failure{RecordError::bad_signature};
    return *key;
}

// Reads the keys that we know, each of which may be absent but not strange.
class FieldReader {
public:
    explicit FieldReader(const Parts& parts) : parts_(parts) {}

    // Nothing if a known key has a value that cannot be.
    std::optional<RecordFields> read() {
        const auto ip = known<std::array<std::uint8_t, 4>>("ip");
        const auto ip6 = known<std::array<std::uint8_t, 16>>("ip6");
        const auto udp = port("udp"), tcp = port("tcp"), udp6 = port("udp6"), tcp6 = port("tcp6");
        RecordFields fields{.sequence = parts_.sequence, .network = known<NetworkTag>("starling")};
        if (ip && udp) fields.udp = Endpoint::ipv4(*ip, *udp);
        if (ip && tcp) fields.tcp = Endpoint::ipv4(*ip, *tcp);
        // EIP-778: a port without its own for IPv6 holds for both addresses.
        if (ip6 && (udp6 || udp)) fields.udp6 = Endpoint{*ip6, udp6 ? *udp6 : *udp};
        if (ip6 && (tcp6 || tcp)) fields.tcp6 = Endpoint{*ip6, tcp6 ? *tcp6 : *tcp};
        if (ip6 && Endpoint{*ip6, 0}.is_ipv4()) strange_ = true;
        return strange_ ? std::nullopt : std::optional(fields);
    }

private:
    template <class Array>
    std::optional<Array> known(std::string_view key) {
        const auto value = parts_.value(key);
        const auto array = array_of<Array>(value);
        if (value && !array) strange_ = true;
        return array;
    }

    std::optional<std::uint16_t> port(std::string_view key) {
        auto value = parts_.value(key);
        if (!value) return std::nullopt;
        const std::uint64_t number = value->number();
        if (value->failed() || number == 0 || number > 65'535) {
            strange_ = true;
            return std::nullopt;
        }
        return static_cast<std::uint16_t>(number);
    }

    const Parts& parts_;
    bool strange_ = false;
};

using Pairs = std::map<std::string_view, Bytes>;  // values encoded

void add_string(Pairs& pairs, std::string_view key, ByteView value) {
    RlpWriter item;
    item.string(value);
    pairs.emplace(key, item.take());
}

void add_port(Pairs& pairs, std::string_view key, const std::optional<Endpoint>& endpoint) {
    if (!endpoint) return;
    assert(endpoint->port != 0);
    RlpWriter item;
    item.number(endpoint->port);
    pairs.emplace(key, item.take());
}

// The address of those of the two that are there, which is one.
std::optional<std::array<std::uint8_t, 16>> shared_address(const std::optional<Endpoint>& udp,
                                                           const std::optional<Endpoint>& tcp,
                                                           bool ipv4) {
    if (!udp && !tcp) return std::nullopt;
    const Endpoint& either = udp ? *udp : *tcp;
    assert(!udp || !tcp || udp->address == tcp->address);
    assert(either.is_ipv4() == ipv4);
    return either.address;
}

// EIP-778: "udp6" that repeats "udp" is to be left out.
bool repeats(const std::optional<Endpoint>& six, const std::optional<Endpoint>& four) {
    return six && four && six->port == four->port;
}

Pairs pairs_of(const RecordFields& fields, const CompressedKey& key) {
    Pairs pairs;
    add_string(pairs, "id", view_of(kScheme));
    add_string(pairs, "secp256k1", key);
    if (fields.network) add_string(pairs, "starling", *fields.network);
    if (const auto ip = shared_address(fields.udp, fields.tcp, true))
        add_string(pairs, "ip", ByteView(*ip).last(4));
    if (const auto ip6 = shared_address(fields.udp6, fields.tcp6, false))
        add_string(pairs, "ip6", *ip6);
    add_port(pairs, "udp", fields.udp);
    add_port(pairs, "tcp", fields.tcp);
    if (!repeats(fields.udp6, fields.udp)) add_port(pairs, "udp6", fields.udp6);
    if (!repeats(fields.tcp6, fields.tcp)) add_port(pairs, "tcp6", fields.tcp6);
    return pairs;
}

}  // namespace

std::string_view describe(RecordError error) {
    switch (error) {
        case RecordError::too_long:
            return "record over 300 bytes";
        case RecordError::bad_text:
            return "not \"enr:\" and unpadded base64url";
        case RecordError::bad_rlp:
            return "not canonical RLP";
        case RecordError::unsorted:
            return "keys out of order";
        case RecordError::unknown_scheme:
            return "identity scheme is not v4";
        case RecordError::bad_key:
            return "no valid public key";
        case RecordError::cheap_identity:
            return "identity without the network's proof of work";
        case RecordError::bad_signature:
            return "wrong signature";
        case RecordError::bad_field:
            return "impossible address, port or network";
    }
    assert(false && "a record error without words");
    return {};
}

Result<Shared<Record>, RecordError> Record::decode(ByteView rlp, std::uint8_t identity_bits) {
    if (rlp.size() > kBytesMax) return Failure{RecordError::too_long};
    const auto parts = take_apart(rlp);
    if (!parts) return Failure{parts.error()};
    const auto key = signer(*parts, identity_bits);
    if (!key) return Failure{key.error()};
    const auto fields = FieldReader(*parts).read();
    if (!fields) return Failure{RecordError::bad_field};

    Record record;
    record.bytes_.assign(rlp.begin(), rlp.end());
    record.key_ = *key;
    record.id_ = *node_id_of(*key);
    record.fields_ = *fields;
    return std::make_shared<const Record>(std::move(record));
}

Result<Shared<Record>, RecordError> Record::parse(std::string_view text) {
    if (text.size() > kTextSizeMax) return Failure{RecordError::too_long};
    if (!text.starts_with(kTextPrefix)) return Failure{RecordError::bad_text};
    const auto rlp = from_base64url(text.substr(kTextPrefix.size()));
    if (!rlp) return Failure{RecordError::bad_text};
    return decode(*rlp);
}

Shared<Record> Record::sign(const RecordFields& fields, const Identity& identity) {
    RlpWriter content;
    content.number(fields.sequence);
    for (const auto& [key, value] : pairs_of(fields, identity.key)) {
        content.string(view_of(key));
        content.raw(value);
    }
    const Bytes items = content.take();
    RlpWriter all;
    all.string(sign_ecdsa(identity.secret, signed_digest(items)));
    all.raw(items);
    RlpWriter record;
    record.list(all.take());
    const auto decoded = decode(record.take());
    assert(decoded.ok());
    return *decoded;
}

std::string Record::text() const {
    return std::string(kTextPrefix) + base64url(bytes_);
}

std::optional<Endpoint> Record::udp() const {
    return fields_.udp ? fields_.udp : fields_.udp6;
}

std::optional<Endpoint> Record::tcp() const {
    return fields_.tcp ? fields_.tcp : fields_.tcp6;
}

}  // namespace starling::p2p
