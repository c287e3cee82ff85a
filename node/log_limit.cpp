#include "node/log_limit.h"

namespace starling::node {

LogLimit::Verdict LogLimit::weigh(std::string_view file,
                                  std::uint32_t line,
                                  std::size_t bytes,
                                  Time now) {
    Place& place = places_[{std::string(file), line}];
    // A clock that went backwards starts a new span too: a line is never silenced for ever.
    if (now >= place.since + kSpan || now < place.since) {
        place.since = now;
        place.bytes = 0;
    }
    if (place.bytes + bytes > kBytesMax) {
        ++place.left_out;
        return {.write = false};
    }
    place.bytes += bytes;
    return {.write = true, .left_out = std::exchange(place.left_out, 0)};
}

}  // namespace starling::node
