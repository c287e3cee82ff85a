#include "sim/environment.h"

#include "p2p/identity/network_tag.h"

#include <algorithm>

namespace starling::sim {

namespace {

// 2026-01-01 00:00:00 UTC: when every run begins. Years after genesis, so that a prehistory of any
// length fits between.
constexpr Time kEpoch{std::chrono::seconds{1'767'225'600}};
// No run is longer; what is to happen later never does.
constexpr Duration kLongest = std::chrono::hours{24 * 365 * 1'000};

Parameters made() {
    Parameters parameters = regtest();
    parameters.name = "sim";
    parameters.magic = {0xf5, 0xa7, 0x51, 0x3a};
    parameters.halving_interval = 210'000;
    parameters.overlay = OverlayRules{};
    return parameters;
}

}  // namespace

const Parameters& simulated_network() {
    static const Parameters parameters = made();
    return parameters;
}

Time time_at(Moment moment, Span clock_offset) {
    return kEpoch + std::chrono::floor<Duration>(moment.time_since_epoch() + clock_offset);
}

Moment moment_of(Time time, Span clock_offset) {
    // The clock shows whole milliseconds: it shows `time` from that millisecond's beginning on.
    const Time bounded = std::clamp(time, kEpoch - kLongest, kEpoch + kLongest);
    return Moment{Span{bounded - kEpoch} - clock_offset};
}

std::vector<Shared<p2p::Record>> bootnode_records(const Plan& plan, const Parameters& parameters) {
    std::vector<Shared<p2p::Record>> records;
    for (const HostIndex index : plan.bootnodes) {
        const HostPlan& host = plan.hosts.at(index);
        p2p::RecordFields fields;
        fields.udp = host.address;
        fields.tcp = host.address;
        fields.network = p2p::network_tag(parameters);
        records.push_back(p2p::Record::sign(fields, host.identity));
    }
    return records;
}

}  // namespace starling::sim
