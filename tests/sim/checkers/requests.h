#pragma once

#include "p2p/limits.h"
#include "sim/checkers/checker.h"

#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace starling::sim {

// Every request is answered or expires: a ping within Limits::ping_timeout, a request of discovery
// within request_life_max; and a peer that owes blocks sends one, or is relieved of one, within
// Limits::block_timeout. Each and kSlack, for looks that are ten seconds apart and slow machines; a
// host that was paused begins anew.
class Requests final : public Checker {
public:
    static constexpr Span kSlack = std::chrono::minutes{1};

    [[nodiscard]] std::string_view name() const override { return "requests"; }
    void host_stopped(HostIndex host, bool crashed) override;
    void look(const World& world) override;

    // At each look at a host: how long its oldest request of a kind waits, and how long one may.
    void waits(Moment when, HostIndex host, std::string_view what, Duration is, Duration most);
    // And which blocks a peer owes it, by height.
    void owes(Moment when, HostIndex host, p2p::PeerId peer, const std::vector<Height>& blocks);

private:
    struct Owed {
        std::vector<Height> blocks;
        Moment since{}, seen{};
    };
    void look_at(const World& world, const Host& host);

    std::map<std::pair<HostIndex, p2p::PeerId>, Owed> owed_;
    std::map<HostIndex, Moment> paused_;  // when it was last seen so
};

}  // namespace starling::sim
