#include "consensus/difficulty.h"

#include "consensus/pow.h"
#include "consensus/wide.h"

#include <algorithm>
#include <cassert>

namespace starling {

namespace {

using boost::multiprecision::int128_t;

constexpr Height kAnchorHeight{1};

// 2^(fraction / 65536) as a number over 65536, off by less than 0.02 %.
std::uint64_t power_of_two(std::uint64_t fraction) {
    const std::uint64_t cubic = 195'766'423'245'049 * fraction + 971'821'376 * fraction * fraction +
                                5'127 * fraction * fraction * fraction;
    return 65'536 + ((cubic + (std::uint64_t{1} << 47)) >> 48);
}

}  // namespace

std::uint32_t asert_bits(const AsertAnchor& anchor,
                         Height height,
                         std::int64_t time,
                         const Asert& asert,
                         std::uint32_t limit_bits) {
    assert(asert.spacing > 0 && asert.half_life > 0);
    const std::int64_t blocks = std::int64_t{height.value} - anchor.height.value + 1;
    const int128_t late = int128_t(time) - anchor.parent_time - int128_t(asert.spacing) * blocks;
    const int128_t exponent = late * 65'536 / asert.half_life;

    // Beyond these bounds the result is 1 or the limit for every anchor.
    const int128_t bound = int128_t(kWideShiftMax) * 65'536;
    const auto bounded = static_cast<std::int64_t>(std::clamp(exponent, -bound, bound));
    const std::int64_t shift = (bounded >> 16) - 16;
    const Wide factor = power_of_two(static_cast<std::uint64_t>(bounded & 0xffff));
    Wide target = widen(expand_compact(anchor.bits).value) * factor;
    if (shift < 0) {
        target >>= static_cast<unsigned>(-shift);
    } else {
        target <<= static_cast<unsigned>(shift);
    }
    const Wide limit = widen(expand_compact(limit_bits).value);
    return compact(narrow(std::clamp(target, Wide(1), limit)));
}

std::uint32_t next_bits(const HeaderNode& parent, const Parameters& parameters) {
    if (!parameters.asert || parent.height < kAnchorHeight) return parameters.limit_bits;
    const HeaderNode* first = ancestor(&parent, kAnchorHeight);
    const AsertAnchor anchor{
        .height = kAnchorHeight,
        .parent_time = std::int64_t{first->header.time} - parameters.asert->spacing,
        .bits = parameters.limit_bits};
    return asert_bits(anchor, parent.height, parent.header.time, *parameters.asert,
                      parameters.limit_bits);
}

}  // namespace starling
