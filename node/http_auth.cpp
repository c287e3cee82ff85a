#include "node/http_auth.h"

#include "consensus/hash.h"
#include "consensus/hex.h"

#include <array>
#include <cstdint>

namespace starling::node {

namespace {

bool same_in_constant_time(std::string_view a, std::string_view b) {
    unsigned differing = a.size() != b.size() ? 1U : 0U;
    for (std::size_t i = 0; i < a.size(); ++i)
        differing |= static_cast<unsigned char>(a[i] ^ b[b.empty() ? 0 : i % b.size()]);
    return differing == 0;
}

ByteView bytes_of(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// RFC 2104. Salts are 32 digits; one longer than a block of the hash would have to be hashed first.
constexpr std::size_t kHmacBlock = 64;

std::string hmac_hex(std::string_view key, std::string_view message) {
    std::array<std::uint8_t, kHmacBlock> inner{}, outer{};
    for (std::size_t i = 0; i < kHmacBlock; ++i) {
        const auto byte = static_cast<std::uint8_t>(i < key.size() ? key[i] : 0);
        inner[i] = byte ^ 0x36;
        outer[i] = byte ^ 0x5c;
    }
    const Hash256 first = Sha256().add(inner).add(bytes_of(message)).finish();
    const Hash256 last = Sha256().add(outer).add(first.bytes).finish();
    return hex(last.bytes);
}

int base64_value(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    if (c == '+') return 62;
    return c == '/' ? 63 : -1;
}

}  // namespace

bool HttpAuth::add_user(std::string_view line) {
    const std::size_t colon = line.find(':');
    const std::size_t dollar = line.find('$', colon == std::string_view::npos ? 0 : colon);
    if (colon == std::string_view::npos || dollar == std::string_view::npos) return false;
    User user{.name = std::string(line.substr(0, colon)),
              .salt = std::string(line.substr(colon + 1, dollar - colon - 1)),
              .hash = std::string(line.substr(dollar + 1))};
    const auto hash = from_hex(user.hash);
    if (user.name.empty() || user.salt.size() > kHmacBlock || !hash || hash->size() != 32)
        return false;
    user.hash = hex(*hash);
    users_.push_back(std::move(user));
    return true;
}

bool HttpAuth::admits(std::string_view authorization) const {
    constexpr std::string_view kScheme = "Basic ";
    if (!authorization.starts_with(kScheme)) return false;
    const auto given = decode_base64(authorization.substr(kScheme.size()));
    if (!given) return false;
    if (cookie_ && same_in_constant_time(*given, *cookie_)) return true;
    const std::size_t colon = given->find(':');
    if (colon == std::string::npos) return false;
    const std::string_view name = std::string_view(*given).substr(0, colon);
    const std::string_view password = std::string_view(*given).substr(colon + 1);
    bool admitted = false;
    for (const User& user : users_) {
        const bool name_fits = same_in_constant_time(name, user.name);
        const bool hash_fits = same_in_constant_time(hmac_hex(user.salt, password), user.hash);
        admitted |= name_fits && hash_fits;
    }
    return admitted;
}

std::optional<std::string> decode_base64(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    const std::size_t padding = text.ends_with("==") ? 2U : text.ends_with('=') ? 1U : 0U;
    std::string out;
    std::uint32_t bits = 0;
    int held = 0;
    for (const char c : text.substr(0, text.size() - padding)) {
        const int value = base64_value(c);
        if (value < 0) return std::nullopt;
        bits = bits << 6 | static_cast<std::uint32_t>(value);
        held += 6;
        if (held < 8) continue;
        held -= 8;
        out += static_cast<char>(bits >> held & 0xff);
    }
    return out;
}

}  // namespace starling::node
