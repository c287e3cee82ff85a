#pragma once

#include "consensus/result.h"
#include "consensus/serialize.h"

#include <string>
#include <string_view>

namespace starling::p2p {

// BIP 155: addresses shall come as addrv2. Between version and verack only.
struct SendAddrV2 {
    static constexpr std::string_view kCommand = "sendaddrv2";

    void encode(Writer&) const {}
    static Result<SendAddrV2, std::string> decode(Reader&) { return SendAddrV2{}; }

    friend bool operator==(const SendAddrV2&, const SendAddrV2&) = default;
};

}  // namespace starling::p2p
