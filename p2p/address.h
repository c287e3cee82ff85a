#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace starling::p2p {

// An IP address and port; IPv4 as IPv4-mapped IPv6 (::ffff:a.b.c.d).
struct Endpoint {
    std::array<std::uint8_t, 16> address{};
    std::uint16_t port = 0;

    [[nodiscard]] bool is_ipv4() const;
    friend auto operator<=>(const Endpoint&, const Endpoint&) = default;
};

std::string to_string(const Endpoint& endpoint);  // "127.0.0.1:18444", "[::1]:18444"
// Numeric addresses only: names are resolved by nobody.
std::optional<Endpoint> parse_endpoint(std::string_view text, std::uint16_t default_port);

}  // namespace starling::p2p
