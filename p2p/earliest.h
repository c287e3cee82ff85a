#pragma once

#include "consensus/time.h"

#include <algorithm>
#include <optional>

namespace starling::p2p {

// The earlier of two wake-ups, of which either may not be wanted.
inline std::optional<Time> earliest(std::optional<Time> a, std::optional<Time> b) {
    if (!a || !b) return a ? a : b;
    return std::min(*a, *b);
}

}  // namespace starling::p2p
