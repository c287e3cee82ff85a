#include "p2p/identity/base64url.h"

#include <cstdint>

namespace starling::p2p {

namespace {

constexpr std::string_view kDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

}  // namespace

std::string base64url(ByteView bytes) {
    std::string text;
    text.reserve((4 * bytes.size() + 2) / 3);
    std::uint32_t held = 0;  // the last `held_bits` bits wait to be written
    unsigned held_bits = 0;
    for (const std::uint8_t byte : bytes) {
        held = held << 8 | byte;
        for (held_bits += 8; held_bits >= 6; held_bits -= 6)
            text.push_back(kDigits[held >> (held_bits - 6) & 63]);
    }
    if (held_bits > 0) text.push_back(kDigits[held << (6 - held_bits) & 63]);
    return text;
}

std::optional<Bytes> from_base64url(std::string_view text) {
    if (text.size() % 4 == 1) return std::nullopt;
    Bytes bytes;
    bytes.reserve(3 * text.size() / 4);
    std::uint32_t held = 0;
    unsigned held_bits = 0;
    for (const char c : text) {
        const std::size_t digit = kDigits.find(c);
        if (digit == std::string_view::npos) return std::nullopt;
        held = held << 6 | static_cast<std::uint32_t>(digit);
        held_bits += 6;
        if (held_bits < 8) continue;
        held_bits -= 8;
        bytes.push_back(static_cast<std::uint8_t>(held >> held_bits));
    }
    const std::uint32_t rest = held & ((1u << held_bits) - 1);
    if (rest != 0) return std::nullopt;
    return bytes;
}

}  // namespace starling::p2p
