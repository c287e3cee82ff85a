#pragma once

#include "consensus/bytes.h"
#include "consensus/result.h"
#include "node/rpc/extended_key.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace starling::rpc {

// An output descriptor (BIP 380): names one output script, or a row of them.
//
// The forms that can be spent here, and what finds any output: addr(ADDRESS), raw(HEX), tr(KEY)
// and rawtr(KEY) (BIP 386). KEY is a point in hexadecimal (32 or 33 bytes), a WIF private key, or
// an extended key with a path, whose last step may be * (with h for hardened ones), with or without
// [origin] before it.
class Descriptor {
public:
    // Error texts are Bitcoin Core's. `prefix` is the network's, for addr().
    static Result<Descriptor, std::string> parse(std::string_view text, std::string_view prefix);

    [[nodiscard]] bool is_range() const;
    // The output script; of that place in the row, if it is one. Nothing if there is no such key.
    [[nodiscard]] std::optional<Bytes> script(std::uint32_t index) const;
    // In its form without a private key and with its checksum; at a place of the row for a range,
    // as Bitcoin Core shows what it found: tr([fingerprint/path]key)#checksum.
    [[nodiscard]] std::optional<std::string> resolved(std::uint32_t index) const;

private:
    struct Fixed {  // addr and raw
        Bytes script;
        std::string text;
    };
    struct KeyPlace {
        std::string origin;  // "[d34db33f/86h]", or empty
        std::variant<XOnlyKey, ExtendedKey> key;
        std::vector<std::uint32_t> path;
        enum class Row : std::uint8_t { none, plain, hardened } row = Row::none;
    };
    struct Taproot {
        bool raw = false;  // rawtr: the key is the output's, not its internal one
        KeyPlace place;
    };

    static Result<KeyPlace, std::string> parse_key(std::string_view text);
    static Result<KeyPlace, std::string> parse_extended(std::string_view text);
    static std::optional<XOnlyKey> key_at(const KeyPlace& place, std::uint32_t index);
    static std::string origin_at(const KeyPlace& place, std::uint32_t index);

    explicit Descriptor(std::variant<Fixed, Taproot> form) : form_(std::move(form)) {}

    std::variant<Fixed, Taproot> form_;
};

// BIP 380: the eight characters after '#'; empty if the text has a character of no descriptor.
std::string descriptor_checksum(std::string_view text);
std::string with_checksum(std::string text);

// The descriptor that Bitcoin Core infers from an output script alone.
std::string inferred_descriptor(ByteView script_pubkey, std::string_view prefix);

}  // namespace starling::rpc
