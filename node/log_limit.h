#pragma once

#include "consensus/time.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace starling::node {

// Decides which log lines are written: each source line may fill so many bytes an hour, so that
// nobody who makes us log can fill the disk (HOSTILE.md 13).
//
// Keyed by source line, of which a program has a fixed number; that is also the table's bound.
class LogLimit {
public:
    static constexpr std::uint64_t kBytesMax = 1u << 20;  // a person reads less in an hour
    static constexpr Duration kSpan = std::chrono::hours{1};

    struct Verdict {
        bool write = true;
        std::uint64_t left_out = 0;  // lines of this place that were left out before this one
    };
    Verdict weigh(std::string_view file, std::uint32_t line, std::size_t bytes, Time now);

private:
    struct Place {
        Time since;
        std::uint64_t bytes = 0;
        std::uint64_t left_out = 0;
    };
    std::map<std::pair<std::string, std::uint32_t>, Place, std::less<>> places_;
};

}  // namespace starling::node
