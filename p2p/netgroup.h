#pragma once

#include "consensus/bytes.h"
#include "p2p/address.h"

#include <compare>
#include <cstdint>
#include <string>
#include <utility>

namespace starling::p2p {

// Addresses that one owner has many of: what diversity is counted by. Equal values are one group.
struct Netgroup {
    enum class Kind : std::uint8_t {
        ipv4,       // /16
        ipv6,       // /32
        as_number,  // of a loaded map
    };
    Kind kind = Kind::ipv4;
    std::uint32_t value = 0;  // the prefix, first byte highest; the AS number

    friend auto operator<=>(const Netgroup&, const Netgroup&) = default;
};
std::string to_string(const Netgroup& netgroup);  // "80.1", "2a00:1", "AS64500"

// The smaller neighbourhood: /24 of IPv4, /64 of IPv6.
std::string subnet_of(const Endpoint& endpoint);
// Addresses that mean nothing to the rest of the Internet: loopback, private, link-local, and those
// that are none (multicast, unspecified).
bool is_local_only(const Endpoint& endpoint);

class Asmap;

// Which group an address is of: the AS that announces it when a map is loaded and knows it, else
// its prefix. A value: copies share the map. ::1 is of the group of 127.0.0.1.
class Netgroups {
public:
    Netgroups() = default;
    explicit Netgroups(Shared<Asmap> map) : map_(std::move(map)) {}

    [[nodiscard]] Netgroup of(const Endpoint& endpoint) const;
    [[nodiscard]] bool has_map() const { return map_ != nullptr; }

private:
    Shared<Asmap> map_;  // null: none
};

}  // namespace starling::p2p
