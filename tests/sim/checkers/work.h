#pragma once

#include "p2p/limits.h"
#include "sim/checkers/checker.h"

#include <map>
#include <utility>

namespace starling::sim {

// No honest host stays on less work than an honest connected peer has had for longer than a bound,
// as long as both run, neither is paused, and nothing holds back what they send to each other.
//
// The bound: the host may be waiting for headers that another peer does not send (headers_timeout),
// then for blocks that one does not send (block_timeout, after which it is dropped and another one
// asked), the latter once more for each hostile peer that it has; kSlack is for the connection's
// handshake, the transfer over a slow line, and looks that are ten seconds apart.
class WorkChecker final : public Checker {
public:
    static constexpr Span kSlack = std::chrono::minutes{2};
    static Span bound(std::size_t hostile_peers, const p2p::Limits& limits = {});

    [[nodiscard]] std::string_view name() const override { return "work"; }
    void look(const World& world) override;

    struct Pair {
        HostIndex host = 0, peer = 0;
        friend auto operator<=>(const Pair&, const Pair&) = default;
    };
    // At each look, of every pair that is connected and not held apart.
    void compare(Moment when, Pair pair, const Work& own, const Work& theirs, Span bound);
    // Then: pairs that were not compared at this moment begin anew.
    void forget_others(Moment when);

private:
    struct Behind {
        Moment since{}, seen{};
        Work wanted;  // what the peer had then
    };
    void look_at(const World& world, const Host& host);

    std::map<Pair, Behind> behind_;
};

}  // namespace starling::sim
