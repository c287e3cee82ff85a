#pragma once

#include "p2p/figures.h"
#include "sim/checkers/checker.h"

#include <map>

namespace starling::sim {

// Every request is answered or expires within its declared time: Gossip's by the bounds of its
// Figures (handshakes, pings, dials, headers, blocks, transactions, bodies on their way), those of
// discovery within request_life_max. And kSlack, for slow machines; a host that stood still may be
// late by as much again. Of kHostsALook hosts at each look, the next ones at the next.
class Requests final : public Checker {
public:
    static constexpr Span kSlack = std::chrono::seconds{30};
    static constexpr std::size_t kHostsALook = 2;

    [[nodiscard]] std::string_view name() const override { return "requests"; }
    void fault(const Fault& fault, bool begins) override;
    void look(const World& world) override;

    // How long the oldest request of a kind waits.
    void waits(Moment when, HostIndex host, std::string_view what, const p2p::Figures::Age& age);
    // Was it paused just now?
    [[nodiscard]] bool stood(Moment when, HostIndex host) const;

private:
    void look_at(const World& world, const Host& host);

    std::map<HostIndex, Moment> resumed_;  // after its last pause
    std::size_t turn_ = 0;
};

}  // namespace starling::sim
