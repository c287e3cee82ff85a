#pragma once

#include "p2p/figures.h"
#include "p2p/limits.h"
#include "sim/checkers/checker.h"

#include <cstddef>
#include <string_view>

namespace starling::sim {

// What a host holds stays within its declared budgets, whatever others do:
//   - Gossip: whatever its Figures show beside a bound; and what waits on a connection is at most
//     a full send queue and the message that came over it (kMessageBytesMax), both ways;
//   - discovery: every queue that discv5::Limits bounds;
//   - the pool's bytes: PoolLimits;
//   - the shell's twin, while it is not paused: kInputsMax and kJobsMax that wait, an order of
//     magnitude over what the protocols let come at a time.
// Of kHostsALook hosts at each look, the next ones at the next.
class Budgets final : public Checker {
public:
    static constexpr std::size_t kInputsMax = 10'000;
    static constexpr std::size_t kJobsMax = 10'000;
    static constexpr std::size_t kHostsALook = 2;

    [[nodiscard]] std::string_view name() const override { return "budgets"; }
    void look(const World& world) override;

    // What is held, and how much of it may be.
    void held(Moment when, HostIndex host, std::string_view what, std::size_t is, std::size_t most);
    void holds(Moment when, HostIndex host, p2p::Figures figures);

    static std::size_t connection_bytes_max(const p2p::Limits& limits = {});

private:
    void look_at(const World& world, const Host& host);
    void look_at_lines(const World& world, const Host& host);

    std::size_t turn_ = 0;
};

}  // namespace starling::sim
