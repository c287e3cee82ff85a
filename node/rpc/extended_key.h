#pragma once

#include "consensus/bytes.h"
#include "consensus/signature.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace starling::rpc {

// BIP 32: an index with this bit names a child that only the private key can derive.
constexpr std::uint32_t kHardened = 0x8000'0000;

// A key with the chain code that its children are derived with (BIP 32): public, or private if
// `secret` is there. This room's door to the curve and to HMAC-SHA512.
//
// Invariant: `point` belongs to `secret`.
class ExtendedKey {
public:
    // The master key of a seed of 16 to 64 bytes; nothing for another size, or (with a chance of
    // 2^-127) a seed that has no key.
    static std::optional<ExtendedKey> from_seed(ByteView seed);
    // xpub, xprv, tpub, tprv. All networks here use the test prefix (tpub, tprv) when they write;
    // both are read. Nothing for wrong checksums and for what BIP 32 lists as invalid.
    static std::optional<ExtendedKey> parse(std::string_view text);

    // Nothing if the child cannot be derived: a hardened one without the private key, at depth
    // 255, or (with a chance of 2^-127) an index that has no key.
    [[nodiscard]] std::optional<ExtendedKey> child(std::uint32_t index) const;
    [[nodiscard]] std::optional<ExtendedKey> descendant(
        const std::vector<std::uint32_t>& path) const;
    [[nodiscard]] ExtendedKey neutered() const;  // without the private key

    [[nodiscard]] const std::array<std::uint8_t, 33>& point() const { return point_; }
    [[nodiscard]] XOnlyKey x_only() const;
    [[nodiscard]] const std::optional<SecretKey>& secret() const { return secret_; }
    [[nodiscard]] std::array<std::uint8_t, 4> fingerprint() const;
    [[nodiscard]] std::uint8_t depth() const { return depth_; }

    enum class Prefix { main, test };
    [[nodiscard]] std::string text(Prefix prefix) const;  // the private form if it is private

    friend bool operator==(const ExtendedKey&, const ExtendedKey&) = default;

private:
    ExtendedKey() = default;

    std::uint8_t depth_ = 0;
    std::array<std::uint8_t, 4> parent_{};
    std::uint32_t index_ = 0;
    std::array<std::uint8_t, 32> chain_code_{};
    std::array<std::uint8_t, 33> point_{};
    std::optional<SecretKey> secret_;
};

// "86h/1'/0H", with or without "m/" before it; nothing for anything else.
std::optional<std::vector<std::uint32_t>> parse_path(std::string_view text);

// A private key as wallets export it (WIF), with its network's byte and the mark of a compressed
// point; nothing otherwise.
std::optional<SecretKey> parse_wif(std::string_view text);

// The x coordinate of a compressed point (33 bytes), an uncompressed one is none; or of 32 bytes as
// they are. Nothing if it is not on the curve.
std::optional<XOnlyKey> x_only_key(ByteView bytes);

}  // namespace starling::rpc
