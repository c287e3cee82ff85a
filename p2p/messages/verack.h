#pragma once

#include "consensus/result.h"
#include "consensus/serialize.h"

#include <string>
#include <string_view>

namespace starling::p2p {

// The version was accepted; the connection is open for everything else.
struct Verack {
    static constexpr std::string_view kCommand = "verack";

    void encode(Writer&) const {}
    static Result<Verack, std::string> decode(Reader&) { return Verack{}; }

    friend bool operator==(const Verack&, const Verack&) = default;
};

}  // namespace starling::p2p
