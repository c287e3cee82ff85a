#include "p2p/address.h"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>

namespace starling::p2p {
namespace {

constexpr std::array<std::uint8_t, 12> kMappedPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

std::optional<std::uint16_t> parse_port(std::string_view text) {
    std::uint16_t port = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, port);
    if (error != std::errc{} || stop != end || port == 0) return std::nullopt;
    return port;
}

std::optional<Endpoint> parse_address(std::string_view text, std::uint16_t port) {
    const std::string address(text == "localhost" ? "127.0.0.1" : text);
    std::array<std::uint8_t, 4> ipv4{};
    if (inet_pton(AF_INET, address.c_str(), ipv4.data()) == 1) return Endpoint::ipv4(ipv4, port);
    Endpoint endpoint{{}, port};
    if (inet_pton(AF_INET6, address.c_str(), endpoint.address.data()) == 1) return endpoint;
    return std::nullopt;
}

}  // namespace

Endpoint Endpoint::ipv4(const std::array<std::uint8_t, 4>& address, std::uint16_t port) {
    Endpoint endpoint{{}, port};
    std::ranges::copy(kMappedPrefix, endpoint.address.begin());
    std::ranges::copy(address, endpoint.address.begin() + kMappedPrefix.size());
    return endpoint;
}

std::string to_string(const Endpoint& endpoint) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    const std::uint8_t* address = endpoint.address.data();
    if (endpoint.is_ipv4()) {
        inet_ntop(AF_INET, address + kMappedPrefix.size(), text.data(), text.size());
        return std::string(text.data()) + ":" + std::to_string(endpoint.port);
    }
    inet_ntop(AF_INET6, address, text.data(), text.size());
    return "[" + std::string(text.data()) + "]:" + std::to_string(endpoint.port);
}

std::optional<Endpoint> parse_endpoint(std::string_view text, std::uint16_t default_port) {
    std::string_view address = text;
    std::string_view after;
    if (text.starts_with('[')) {
        const std::size_t close = text.find(']');
        if (close == std::string_view::npos) return std::nullopt;
        address = text.substr(1, close - 1);
        after = text.substr(close + 1);
    } else if (std::ranges::count(text, ':') == 1) {
        address = text.substr(0, text.find(':'));
        after = text.substr(text.find(':'));
    }
    if (after.empty()) return parse_address(address, default_port);
    const auto port = after.starts_with(':') ? parse_port(after.substr(1)) : std::nullopt;
    return port ? parse_address(address, *port) : std::nullopt;
}

}  // namespace starling::p2p
