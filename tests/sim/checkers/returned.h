#pragma once

#include "sim/checkers/checker.h"

#include <functional>
#include <map>
#include <vector>

namespace starling::sim {

// What a reorganisation takes out of the chain is not lost: at the next look each transaction of a
// disconnected block is in the chain again, or back in the host's pool, or it cannot be: one of its
// coins is gone or not mature any more.
//
// Not judged: one with relatives in the pool, which may be too many for a cluster; and whatever is
// beyond kWatchedMax of a host between two looks.
class Returned final : public Checker {
public:
    static constexpr std::size_t kWatchedMax = 1'000;

    explicit Returned(const Plan& plan) : plan_(plan) {}
    [[nodiscard]] std::string_view name() const override { return "returned"; }
    void tip_changed(HostIndex host, const chain::TipChanged& change) override;
    void host_stopped(HostIndex host, bool crashed) override;
    void look(const World& world) override;

    // Is it in neither the pool nor the chain, though nothing keeps it from the pool?
    using Lost = std::function<bool(const Transaction&)>;
    // What was taken out of this host's chain since the last time.
    void seen(Moment when, HostIndex host, const Lost& lost);

private:
    static bool lost(const Host& host, const Transaction& tx);

    const Plan& plan_;
    std::map<HostIndex, std::vector<Shared<Transaction>>> taken_out_;  // since the last look
};

}  // namespace starling::sim
