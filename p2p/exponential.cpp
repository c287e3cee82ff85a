#include "p2p/exponential.h"

#include <cstdint>

namespace starling::p2p {

Duration exponential(Random& random, Duration mean) {
    constexpr std::int64_t kWholeMax = 20;
    __extension__ using Wide = unsigned __int128;
    for (std::int64_t whole = 0;; ++whole) {
        // A falling run of uniform draws has odd length with probability e^-x for its first, x.
        const std::uint64_t first = random.next();
        std::uint64_t last = first;
        bool odd = true;
        for (std::uint64_t draw = random.next(); draw < last; draw = random.next()) {
            last = draw;
            odd = !odd;
        }
        if (!odd && whole < kWholeMax) continue;
        const auto part = static_cast<Wide>(first) * static_cast<std::uint64_t>(mean.count());
        return whole * mean + Duration{static_cast<std::int64_t>(part >> 64)};
    }
}

}  // namespace starling::p2p
