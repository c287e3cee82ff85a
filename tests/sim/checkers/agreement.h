#pragma once

#include "sim/checkers/checker.h"
#include "sim/engine/events.h"

#include <optional>
#include <vector>

namespace starling::sim {

// In each healing phase, and in a run without faults in its last kQuiet, there is a look at which
// all honest hosts that run are on chains of one and the same work. And where an honest host then
// found a block, with none other kSpread before and after it, there is a look at which they are at
// one tip: branches of equal work are all right until the next block, which leaves one right.
//
// The bound is the phase itself: Settings::Faults::healing.
class Agreement final : public Checker {
public:
    static constexpr Span kQuiet = std::chrono::minutes{10};
    // A block reaches all within seconds, a minute over the slowest lines.
    static constexpr Span kSpread = std::chrono::minutes{1};

    Agreement(const Plan& plan, const Events& events);
    [[nodiscard]] std::string_view name() const override { return "agreement"; }
    void block_mined(HostIndex host, const Shared<CheckedBlock>& block) override;
    void phase(const Phase& phase, bool begins) override;
    void look(const World& world) override;

    struct Standing {
        HostIndex host = 0;
        BlockHash tip;
        Work work;
    };
    void looked(Moment when, const std::vector<Standing>& standings);

private:
    void open(Moment when);
    void close(Moment when);
    [[nodiscard]] bool lone_block(Moment end) const;

    const Plan& plan_;
    const Events& events_;
    std::optional<Moment> open_;  // since when agreement is due
    bool closed_ = false;
    bool even_ = false, one_ = false;  // once since then
    struct Found {
        Moment when;
        bool decides = false;  // by an honest host, when all had equal work
    };
    std::vector<Found> found_;    // blocks since then, by anyone
    std::vector<Standing> last_;  // at the last look, for the report
};

}  // namespace starling::sim
