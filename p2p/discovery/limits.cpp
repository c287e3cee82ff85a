#include "p2p/discovery/limits.h"

namespace starling::p2p::discv5 {

Pace pace_of(const Parameters& parameters) {
    using namespace std::chrono_literals;
    if (!parameters.overlay.hasty) return {};
    return Pace{.fast_revalidation = 250ms,
                .slow_revalidation = 1s,
                .refresh = 30s,
                .first_refreshes = 500ms,
                .retry_max = 4s,
                .retry_alone_max = 4s,
                .again = 3s,
                .save = 5s,
                .first_shared = 3s};
}

}  // namespace starling::p2p::discv5
