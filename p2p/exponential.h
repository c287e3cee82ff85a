#pragma once

#include "consensus/random.h"
#include "consensus/time.h"

namespace starling::p2p {

// A draw from the exponential distribution with this mean, at most 20 times the mean. Timers drawn
// so are without memory: an observer learns nothing from when the last one fired.
//
// By von Neumann's method (1951), which only compares integers: logarithms of floating-point
// numbers differ between libraries, and a simulation must be replayed everywhere.
Duration exponential(Random& random, Duration mean);

}  // namespace starling::p2p
