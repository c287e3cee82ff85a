#pragma once

#include "consensus/time.h"

#include <chrono>

namespace starling::node {

// The only now() of the node: milliseconds since 1970 by the machine's clock.
inline Time now() {
    return Time{
        std::chrono::duration_cast<Duration>(std::chrono::system_clock::now().time_since_epoch())};
}

}  // namespace starling::node
