#pragma once

#include "consensus/digest.h"
#include "consensus/result.h"
#include "consensus/serialize.h"
#include "p2p/messages/version.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace starling::p2p {

// Asks for the headers that follow the first block of the locator that the receiver has on its
// chain, up to `stop` or 2,000.
struct GetHeaders {
    static constexpr std::string_view kCommand = "getheaders";
    // Ten blocks, then doubling distances: 101 reach beyond any chain (Bitcoin Core's bound).
    static constexpr std::size_t kLocatorHashesMax = 101;

    std::vector<BlockHash> locator;  // newest first
    BlockHash stop;                  // zero: as many as fit

    void encode(Writer& out) const;
    static Result<GetHeaders, std::string> decode(Reader& in);

    friend bool operator==(const GetHeaders&, const GetHeaders&) = default;
};

}  // namespace starling::p2p
