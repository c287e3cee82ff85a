#pragma once

#include "consensus/lookup_table.h"
#include "p2p/address.h"
#include "p2p/discovery/hashes.h"
#include "sim/engine/stream.h"
#include "sim/environment.h"
#include "sim/net/internet.h"
#include "sim/net/line.h"
#include "sim/net/regions.h"
#include "sim/net/weather.h"

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace starling::sim {

// A host's place in the Internet: its lines, and who lives there now.
struct Seat {
    explicit Seat(const HostPlan& of_host)
        : plan(&of_host), up(of_host.upload), down(of_host.download) {}

    const HostPlan* plan;
    Resident* resident = nullptr;
    std::uint32_t stay = 0;  // counts residents: what was meant for one is not for the next
    Line up, down;
};

// All places, how far apart they are, the weather between them and who has which address.
class Seats {
public:
    explicit Seats(const Environment& environment)
        : Seats(environment, stream_of(environment.plan.settings.seed, "seats")) {}

    [[nodiscard]] Seat& at(HostIndex host) { return seats_[host]; }
    [[nodiscard]] const Seat& at(HostIndex host) const { return seats_[host]; }
    [[nodiscard]] std::size_t size() const { return seats_.size(); }

    // One way, without jitter.
    [[nodiscard]] Span way(HostIndex from, HostIndex to) const {
        return regions_.delay(seats_[from].plan->region, seats_[to].plan->region);
    }
    // With the jitter of one message: uniform, either way.
    Span jittered(Span way, Random& random) const;

    // Whose address and port this is; kNoHost: nobody's.
    [[nodiscard]] HostIndex exactly_at(const p2p::Endpoint& address) const;
    // All whose address this is, whatever the port; in order of ports.
    [[nodiscard]] std::vector<HostIndex> on(const p2p::Endpoint& address) const;

    Weather weather;

private:
    Seats(const Environment& environment, Stream of_table);

    using Address = std::pair<p2p::Endpoint, HostIndex>;

    const RegionTable& regions_;
    unsigned jitter_percent_;
    std::vector<Seat> seats_;
    std::vector<Address> addresses_;  // sorted
    LookupTable<p2p::Endpoint, HostIndex> by_address_;
};

}  // namespace starling::sim
