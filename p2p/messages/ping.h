#pragma once

#include "consensus/result.h"
#include "consensus/serialize.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace starling::p2p {

// BIP 31: asks for a pong with the same nonce.
struct Ping {
    static constexpr std::string_view kCommand = "ping";

    std::uint64_t nonce = 0;

    void encode(Writer& out) const { out.u64(nonce); }
    static Result<Ping, std::string> decode(Reader& in) { return Ping{in.u64()}; }

    friend bool operator==(const Ping&, const Ping&) = default;
};

}  // namespace starling::p2p
