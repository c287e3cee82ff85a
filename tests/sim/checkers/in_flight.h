#pragma once

#include "sim/checkers/checker.h"
#include "sim/engine/events.h"

#include <cstddef>
#include <map>
#include <utility>

namespace starling::sim {

// No honest host has asked one peer for more blocks than Limits::blocks_in_flight_per_peer that it
// neither got nor was told to be missing. Counted from the messages: what a machine says of itself
// is looked at now and then, and a few blocks too many are there again within a second.
//
// What comes is counted when it reaches the host, which may be before its machines see it: the
// count is never too high.
class InFlight final : public Checker {
public:
    InFlight(const Plan& plan, const Events& events) : plan_(plan), events_(events) {}
    [[nodiscard]] std::string_view name() const override { return "in_flight"; }
    void disconnected(HostIndex dialler, HostIndex listener) override;
    void host_stopped(HostIndex host, bool crashed) override;
    void sent(HostIndex host, HostIndex to, const p2p::Message& message, std::size_t) override;
    void received(HostIndex host, HostIndex from, const p2p::Message&, std::size_t) override;

private:
    void came(HostIndex host, HostIndex from, std::size_t count);

    const Plan& plan_;
    const Events& events_;
    std::map<std::pair<HostIndex, HostIndex>, std::size_t> owed_;  // to a host, by a peer of its
};

}  // namespace starling::sim
