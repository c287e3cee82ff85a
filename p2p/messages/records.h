#pragma once

#include "consensus/result.h"
#include "consensus/serialize.h"
#include "p2p/messages/told_record.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace starling::p2p {

// Signed records of other nodes: a compact size, then each with its own.
struct Records {
    static constexpr std::string_view kCommand = "records";
    // 19 kB at most, and some milliseconds for their signatures.
    static constexpr std::size_t kCountMax = 64;

    std::vector<ToldRecord> records;

    void encode(Writer& out) const;
    static Result<Records, std::string> decode(Reader& in);

    friend bool operator==(const Records&, const Records&) = default;
};

}  // namespace starling::p2p
