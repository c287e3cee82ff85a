#pragma once

#include "consensus/time.h"

#include <cstdint>
#include <optional>

namespace starling::node {

// Times as answers have them: whole seconds since 1970, 0 for never.
std::int64_t seconds_of(std::optional<Time> time);
// Waits as answers have them: seconds with decimals.
double seconds(Duration duration);

}  // namespace starling::node
