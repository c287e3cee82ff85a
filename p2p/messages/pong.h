#pragma once

#include "consensus/result.h"
#include "consensus/serialize.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace starling::p2p {

// BIP 31: answers a ping.
struct Pong {
    static constexpr std::string_view kCommand = "pong";

    std::uint64_t nonce = 0;

    void encode(Writer& out) const { out.u64(nonce); }
    static Result<Pong, std::string> decode(Reader& in) { return Pong{in.u64()}; }

    friend bool operator==(const Pong&, const Pong&) = default;
};

}  // namespace starling::p2p
