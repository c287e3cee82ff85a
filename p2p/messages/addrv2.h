#pragma once

#include "consensus/result.h"
#include "consensus/serialize.h"
#include "p2p/address.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace starling::p2p {

// BIP 155: addresses of nodes, the sender's own or others'.
struct AddrV2 {
    static constexpr std::string_view kCommand = "addrv2";
    static constexpr std::size_t kEntriesMax = 1'000;     // BIP 155
    static constexpr std::size_t kAddressBytesMax = 512;  // BIP 155, of networks yet unknown

    struct Entry {
        std::uint32_t time = 0;  // seconds since 1970, by the sender's account
        std::uint64_t services = 0;
        Endpoint endpoint;

        friend bool operator==(const Entry&, const Entry&) = default;
    };
    std::vector<Entry> entries;  // of IPv4 and IPv6; those of other networks are left out

    void encode(Writer& out) const;
    static Result<AddrV2, std::string> decode(Reader& in);

    friend bool operator==(const AddrV2&, const AddrV2&) = default;
};

}  // namespace starling::p2p
