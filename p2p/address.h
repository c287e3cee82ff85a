#pragma once

#include <boost/endian/conversion.hpp>

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

    static Endpoint ipv4(const std::array<std::uint8_t, 4>& address, std::uint16_t port);
    [[nodiscard]] bool is_ipv4() const {
        return boost::endian::load_big_u64(address.data()) == 0 &&
               boost::endian::load_big_u32(&address[8]) == 0xffff;
    }
    friend auto operator<=>(const Endpoint&, const Endpoint&) = default;
};

std::string to_string(const Endpoint& endpoint);  // "127.0.0.1:18444", "[::1]:18444"
// Numeric addresses only: names are resolved by nobody. "localhost" is 127.0.0.1, for people.
// An IPv6 address with a port stands in square brackets, as in a URL.
std::optional<Endpoint> parse_endpoint(std::string_view text, std::uint16_t default_port);

}  // namespace starling::p2p
