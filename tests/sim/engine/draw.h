#pragma once

#include "consensus/random.h"
#include "sim/engine/moment.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace starling::sim {

// Draws from distributions, by integers and a logarithm of our own, so that the same stream gives
// the same draws whatever the C++ library, compiler and optimisation (std's are not specified).

// Parts in a million: a probability as an integer.
using Ppm = std::uint32_t;
constexpr Ppm kPpm = 1'000'000;

bool chance(Random& random, Ppm probability);
// Uniform in [from, to].
Span uniform(Random& random, Span from, Span to);
Span exponential(Random& random, Span mean);
// With this scale and this shape in thousandths: 615 is 0.615.
Span weibull(Random& random, Span scale, unsigned shape_thousandths);
// An index, with a probability in proportion to its weight; the sum must not be 0.
std::size_t weighted(Random& random, std::span<const std::uint64_t> weights);

// -ln(u) for u = (n + 1) / 2^64, in units of 2^-32; a polynomial over integers.
std::uint64_t minus_log(std::uint64_t n);

}  // namespace starling::sim
