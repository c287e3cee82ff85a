#include "sim/engine/draw.h"

#include <algorithm>
#include <bit>
#include <cassert>

namespace starling::sim {

namespace {

__extension__ using Wide = unsigned __int128;

// Numbers that are not whole are integers in units of 2^-32 (results) or 2^-62 (on the way).
constexpr unsigned kResultBits = 32;
constexpr unsigned kInnerBits = 62;
constexpr std::uint64_t kInnerOne = std::uint64_t{1} << kInnerBits;
constexpr std::uint64_t kInnerSqrt2 = 0x5a82'7999'fcef'3242;
constexpr std::uint64_t kInnerLn2 = 0x2c5c'85fd'f473'de6b;

// No session is longer than a hundred years, whatever the distribution.
constexpr std::int64_t kSpanMax = std::int64_t{100} * 365 * 24 * 3'600 * 1'000'000;

std::uint64_t product(std::uint64_t a, std::uint64_t b) {
    return static_cast<std::uint64_t>(Wide{a} * b >> kInnerBits);
}

// |ln(m / 2^62)| for m from 2^62 / sqrt 2 to 2^62 * sqrt 2, by 2 artanh((m - 1) / (m + 1)): the
// ratio is at most 0.172, so that the term with its 13th power is the last that matters.
std::uint64_t log_near_one(std::uint64_t m) {
    const std::uint64_t distance = m > kInnerOne ? m - kInnerOne : kInnerOne - m;
    const auto ratio = static_cast<std::uint64_t>((Wide{distance} << kInnerBits) / (m + kInnerOne));
    const std::uint64_t square = product(ratio, ratio);
    std::uint64_t sum = 0;
    for (std::uint64_t divisor = 15; divisor >= 3; divisor -= 2)
        sum = product(square, sum + kInnerOne / divisor);
    return 2 * (ratio + product(ratio, sum));
}

// -ln(u / 2^64), in units of 2^-32; u is not 0.
std::uint64_t minus_log_of(std::uint64_t u) {
    // u / 2^64 is m / 2^62 over 2^halvings.
    const auto zeros = static_cast<unsigned>(std::countl_zero(u));
    std::uint64_t m = (u << zeros) >> 1;  // from 2^62 to 2^63: between one and two
    unsigned halvings = zeros + 1;
    if (m > kInnerSqrt2) {
        m >>= 1;
        --halvings;
    }
    const Wide whole = Wide{halvings} * kInnerLn2;
    const std::uint64_t rest = log_near_one(m);
    const Wide sum = m >= kInnerOne ? whole - rest : whole + rest;
    constexpr unsigned kShift = kInnerBits - kResultBits;
    return static_cast<std::uint64_t>((sum + (Wide{1} << (kShift - 1))) >> kShift);
}

// e^(z / 2^62) for z below ln 2, by its series: the 16th power is beyond the last bit.
std::uint64_t exp_below_two(std::uint64_t z) {
    std::uint64_t sum = kInnerOne;
    for (std::uint64_t divisor = 16; divisor > 0; --divisor)
        sum = kInnerOne + product(z, sum) / divisor;
    return sum;
}

// value * e^power, at most kSpanMax; the power in units of 2^-32.
std::int64_t times_exp(std::int64_t value, std::int64_t power) {
    constexpr std::int64_t kLn2 = kInnerLn2 >> (kInnerBits - kResultBits);
    std::int64_t doublings = power / kLn2;
    if (power % kLn2 < 0) --doublings;
    // 2^62 microseconds are beyond every bound, and 2^-62 of them nothing.
    if (doublings >= 62) return kSpanMax;
    if (doublings <= -62) return 0;
    const auto rest = static_cast<std::uint64_t>(power - doublings * kLn2);
    const std::uint64_t factor = exp_below_two(rest << (kInnerBits - kResultBits));
    const Wide scaled = Wide{static_cast<std::uint64_t>(value)} * factor;
    const auto shift = static_cast<unsigned>(static_cast<std::int64_t>(kInnerBits) - doublings);
    return static_cast<std::int64_t>(std::min(scaled >> shift, Wide{kSpanMax}));
}

}  // namespace

bool chance(Random& random, Ppm probability) {
    return random.below(kPpm) < probability;
}

Span uniform(Random& random, Span from, Span to) {
    assert(from <= to);
    const auto width = static_cast<std::uint64_t>((to - from).count());
    return from + Span{static_cast<std::int64_t>(random.below(width + 1))};
}

Span exponential(Random& random, Span mean) {
    assert(mean >= Span{0});
    const Wide scaled =
        Wide{static_cast<std::uint64_t>(mean.count())} * minus_log(random.next()) >> kResultBits;
    return Span{static_cast<std::int64_t>(std::min(scaled, Wide{kSpanMax}))};
}

Span weibull(Random& random, Span scale, unsigned shape_thousandths) {
    assert(scale >= Span{0} && shape_thousandths > 0);
    // The inverse of its distribution function: scale * (-ln u)^(1 / shape).
    const std::uint64_t drawn = minus_log(random.next());
    if (drawn == 0) return Span{0};
    // ln(drawn / 2^32), of which minus_log_of knows ln(drawn / 2^64).
    const auto thirty_two_ln2 =
        static_cast<std::int64_t>(Wide{kResultBits} * kInnerLn2 >> (kInnerBits - kResultBits));
    const std::int64_t log = thirty_two_ln2 - static_cast<std::int64_t>(minus_log_of(drawn));
    return Span{times_exp(scale.count(), log * 1'000 / std::int64_t{shape_thousandths})};
}

std::size_t weighted(Random& random, std::span<const std::uint64_t> weights) {
    std::uint64_t sum = 0;
    for (const std::uint64_t weight : weights)
        sum += weight;
    assert(sum > 0);
    std::uint64_t drawn = random.below(sum);
    std::size_t index = 0;
    while (drawn >= weights[index])
        drawn -= weights[index++];
    return index;
}

std::uint64_t minus_log(std::uint64_t n) {
    return n == ~std::uint64_t{0} ? 0 : minus_log_of(n + 1);
}

}  // namespace starling::sim
