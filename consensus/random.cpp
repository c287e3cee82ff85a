#include "consensus/random.h"

#include <cassert>

namespace starling {

std::uint64_t Random::below(std::uint64_t limit) {
    assert(limit > 0);
    // Draws under 2^64 mod limit would favour the small results; draw again.
    const std::uint64_t biased = (0 - limit) % limit;
    for (;;) {
        const std::uint64_t draw = next();
        if (draw >= biased) return draw % limit;
    }
}

}  // namespace starling
