#pragma once

#include "consensus/result.h"
#include "consensus/serialize.h"

#include <string>
#include <string_view>

namespace starling::p2p {

// Asks for addresses of other nodes.
struct GetAddr {
    static constexpr std::string_view kCommand = "getaddr";

    void encode(Writer&) const {}
    static Result<GetAddr, std::string> decode(Reader&) { return GetAddr{}; }

    friend bool operator==(const GetAddr&, const GetAddr&) = default;
};

}  // namespace starling::p2p
