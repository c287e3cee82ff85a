#pragma once

#include "consensus/block.h"
#include "consensus/result.h"
#include "consensus/serialize.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace starling::p2p {

// Headers that follow each other: the answer to getheaders, and by BIP 130 the announcement of
// blocks. A full message means that there may be more.
struct Headers {
    static constexpr std::string_view kCommand = "headers";
    static constexpr std::size_t kHeadersMax = 2'000;  // Bitcoin's bound; 162 kB

    std::vector<Header> headers;

    void encode(Writer& out) const;
    static Result<Headers, std::string> decode(Reader& in);

    friend bool operator==(const Headers&, const Headers&) = default;
};

}  // namespace starling::p2p
