#include "p2p/messages/addrv2.h"

#include <algorithm>
#include <cassert>
#include <optional>

namespace starling::p2p {
namespace {

// BIP 155's network ids.
constexpr std::uint8_t kNetworkIpv4 = 1;
constexpr std::uint8_t kNetworkIpv6 = 2;
constexpr std::size_t kMappedPrefixBytes = 12;

void encode_entry(Writer& out, const AddrV2::Entry& entry) {
    const ByteView address = entry.endpoint.address;
    const bool ipv4 = entry.endpoint.is_ipv4();
    out.u32(entry.time);
    out.compact_size(entry.services);
    out.u8(ipv4 ? kNetworkIpv4 : kNetworkIpv6);
    out.sized_bytes(ipv4 ? address.subspan(kMappedPrefixBytes) : address);
    out.u8(static_cast<std::uint8_t>(entry.endpoint.port >> 8));  // the one big-endian field
    out.u8(static_cast<std::uint8_t>(entry.endpoint.port & 0xff));
}

// Nothing for an address of a network that we do not speak.
std::optional<AddrV2::Entry> decode_entry(Reader& in) {
    AddrV2::Entry entry;
    entry.time = in.u32();
    entry.services = in.compact_size(~std::uint64_t{0});
    const std::uint8_t network = in.u8();
    const Bytes address = in.sized_bytes(AddrV2::kAddressBytesMax);
    const std::uint8_t port_high = in.u8();
    entry.endpoint.port = static_cast<std::uint16_t>((port_high << 8) | in.u8());
    if (in.failed() || (network != kNetworkIpv4 && network != kNetworkIpv6)) return std::nullopt;

    const std::size_t size = network == kNetworkIpv4 ? 4 : 16;
    if (address.size() != size) {
        in.fail();
        return std::nullopt;
    }
    entry.endpoint =
        network == kNetworkIpv4
            ? Endpoint::ipv4({address[0], address[1], address[2], address[3]}, entry.endpoint.port)
            : entry.endpoint;
    if (network == kNetworkIpv6) {
        std::ranges::copy(address, entry.endpoint.address.begin());
        // BIP 155: an IPv4 address hidden in an IPv6 one is to be ignored.
        if (entry.endpoint.is_ipv4()) return std::nullopt;
    }
    return entry;
}

}  // namespace

void AddrV2::encode(Writer& out) const {
    assert(entries.size() <= kEntriesMax);
    out.compact_size(entries.size());
    for (const Entry& entry : entries)
        encode_entry(out, entry);
}

Result<AddrV2, std::string> AddrV2::decode(Reader& in) {
    AddrV2 message;
    const std::uint64_t count = in.compact_size(kEntriesMax);
    for (std::uint64_t i = 0; i < count && !in.failed(); ++i) {
        if (const auto entry = decode_entry(in)) message.entries.push_back(*entry);
    }
    return message;
}

}  // namespace starling::p2p
