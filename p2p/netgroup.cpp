#include "p2p/netgroup.h"

#include "consensus/bytes.h"
#include "consensus/hex.h"
#include "p2p/asmap.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <initializer_list>
#include <vector>

namespace starling::p2p {

namespace {

constexpr std::size_t kIpv4At = 12;  // in a mapped address

std::string ipv4_prefix(const Endpoint& endpoint, std::size_t bytes) {
    std::string out;
    for (std::size_t i = 0; i < bytes; ++i) {
        if (i > 0) out += '.';
        out += std::to_string(endpoint.address[kIpv4At + i]);
    }
    return out;
}

std::string ipv6_prefix(const Endpoint& endpoint, std::size_t bytes) {
    std::string out;
    for (std::size_t i = 0; i < bytes; i += 2) {
        if (i > 0) out += ':';
        out += hex(ByteView(endpoint.address).subspan(i, 2));
    }
    return out;
}

bool is_loopback(const Endpoint& endpoint) {
    if (endpoint.is_ipv4()) return endpoint.address[kIpv4At] == 127;
    return endpoint.address[15] == 1 &&
           std::all_of(endpoint.address.begin(), endpoint.address.begin() + 15,
                       [](std::uint8_t byte) { return byte == 0; });
}

bool is_local_only_ipv4(std::uint8_t a, std::uint8_t b) {
    // RFC 1122, 1918, 3927, 6598; and from 224.0.0.0 on multicast and reserved.
    return a == 0 || a == 10 || a == 127 || a >= 224 || (a == 172 && b >= 16 && b < 32) ||
           (a == 192 && b == 168) || (a == 169 && b == 254) || (a == 100 && b >= 64 && b < 128);
}

using Address = decltype(Endpoint::address);

bool begins_with(const Address& address, std::initializer_list<std::uint8_t> prefix) {
    return std::equal(prefix.begin(), prefix.end(), address.begin());
}

// The IPv4 address within, mapped; the address itself where there is none.
Address with_linked_ipv4(const Address& address) {
    const auto mapped = [&](std::size_t from, std::uint8_t flipped) {
        Address out{};
        out[10] = out[11] = 0xff;
        for (std::size_t i = 0; i < 4; ++i)
            out[kIpv4At + i] = static_cast<std::uint8_t>(address[from + i] ^ flipped);
        return out;
    };
    if (begins_with(address, {0x20, 0x02})) return mapped(2, 0);                 // RFC 3056
    if (begins_with(address, {0x20, 0x01, 0, 0})) return mapped(kIpv4At, 0xff);  // RFC 4380
    if (begins_with(address, {0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0}) ||   // RFC 6052
        begins_with(address, {0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0}))        // RFC 7915
        return mapped(kIpv4At, 0);
    return address;
}

}  // namespace

std::string to_string(const Netgroup& netgroup) {
    const unsigned high = netgroup.value >> 16, low = netgroup.value & 0xffff;
    std::array<char, 16> text{};
    switch (netgroup.kind) {
        case Netgroup::Kind::ipv4:
            std::snprintf(text.data(), text.size(), "%u.%u", low >> 8, low & 0xff);
            break;
        case Netgroup::Kind::ipv6:
            std::snprintf(text.data(), text.size(), "%04x:%04x", high, low);
            break;
        case Netgroup::Kind::as_number:
            std::snprintf(text.data(), text.size(), "AS%u", netgroup.value);
            break;
    }
    return text.data();
}

Netgroup Netgroups::of(const Endpoint& endpoint) const {
    const bool ipv4 = endpoint.is_ipv4();
    if (!ipv4 && is_loopback(endpoint)) return {Netgroup::Kind::ipv4, 127u << 8};
    if (const std::uint32_t system = mapped_as(endpoint); system != 0)
        return {Netgroup::Kind::as_number, system};
    Netgroup group{ipv4 ? Netgroup::Kind::ipv4 : Netgroup::Kind::ipv6, 0};
    const std::size_t begin = ipv4 ? kIpv4At : 0, count = ipv4 ? 2 : 4;
    for (std::size_t i = begin; i < begin + count; ++i)
        group.value = group.value << 8 | endpoint.address[i];
    return group;
}

std::uint32_t Netgroups::mapped_as(const Endpoint& endpoint) const {
    return map_ == nullptr ? 0 : map_->lookup(with_linked_ipv4(endpoint.address));
}

NetgroupFigures figures_of(std::vector<Netgroup> groups) {
    NetgroupFigures out{.addresses = groups.size()};
    std::erase_if(groups,
                  [](const Netgroup& group) { return group.kind != Netgroup::Kind::as_number; });
    out.mapped = groups.size();
    std::ranges::sort(groups);
    groups.erase(std::unique(groups.begin(), groups.end()), groups.end());
    out.systems = groups.size();
    return out;
}

std::string subnet_of(const Endpoint& endpoint) {
    return endpoint.is_ipv4() ? ipv4_prefix(endpoint, 3) : ipv6_prefix(endpoint, 8);
}

bool is_local_only(const Endpoint& endpoint) {
    if (endpoint.is_ipv4())
        return is_local_only_ipv4(endpoint.address[kIpv4At], endpoint.address[kIpv4At + 1]);
    const std::uint8_t first = endpoint.address[0];
    const std::uint8_t second = endpoint.address[1];
    // RFC 4193 (unique local), 4291 (link-local, multicast); ::/8 holds loopback and nothing
    // public.
    return first == 0 || (first & 0xfe) == 0xfc || first == 0xff ||
           (first == 0xfe && (second & 0xc0) == 0x80);
}

}  // namespace starling::p2p
