#include "node/methods/json_time.h"

#include <chrono>

namespace starling::node {

std::int64_t seconds_of(std::optional<Time> time) {
    if (!time) return 0;
    return std::chrono::duration_cast<std::chrono::seconds>(time->time_since_epoch()).count();
}

double seconds(Duration duration) {
    return static_cast<double>(duration.count()) / 1'000.0;
}

}  // namespace starling::node
