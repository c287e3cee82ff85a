#pragma once

#include "consensus/bytes.h"
#include "p2p/address.h"

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

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

// How well a map covers a set of addresses: the health of the map (Bitcoin Core's ASMap health
// check). A map that is out of date, or of something else, shows by its share.
struct NetgroupFigures {
    std::size_t addresses = 0;
    std::size_t mapped = 0;   // of them, those whose group is an AS
    std::size_t systems = 0;  // different ASes among them
};
// Of the addresses' groups, in any order.
NetgroupFigures figures_of(std::vector<Netgroup> groups);

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
    // The AS number that the map has for it; 0: none, or no map. Of an IPv6 address that carries an
    // IPv4 one (6to4, Teredo, NAT64) it is that one's, as in Bitcoin Core.
    [[nodiscard]] std::uint32_t mapped_as(const Endpoint& endpoint) const;
    [[nodiscard]] bool has_map() const { return map_ != nullptr; }
    [[nodiscard]] const Shared<Asmap>& map() const { return map_; }  // null: none

private:
    Shared<Asmap> map_;  // null: none
};

}  // namespace starling::p2p
