#include "p2p/limits.h"

namespace starling::p2p {

Pace pace_of(const Parameters& parameters) {
    using namespace std::chrono_literals;
    constexpr std::int64_t kTestSpacing = 30;
    const bool slow = parameters.asert && parameters.asert->spacing > kTestSpacing;
    if (slow && !parameters.overlay.hasty) return {};
    return Pace{.outbound_trickle = 100ms,
                .inbound_trickle = 200ms,
                .inbound_request_delay = 100ms,
                .redial_min = 500ms,
                .redial_max = 2s,
                .draw_interval = 50ms,
                .draw_interval_empty = 500ms,
                .bootstrap_wait = 500ms,
                .bootstrap_wait_beside_others = 15s,
                .candidate_wait_min = 1s,
                .candidate_wait_max = 10s};
}

std::optional<Duration> block_spacing(const Parameters& parameters, const Limits& limits) {
    if (limits.block_spacing) return limits.block_spacing;
    if (!parameters.asert) return std::nullopt;
    return std::chrono::seconds{parameters.asert->spacing};
}

}  // namespace starling::p2p
