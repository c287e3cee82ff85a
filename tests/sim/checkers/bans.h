#pragma once

#include "sim/checkers/checker.h"
#include "sim/engine/events.h"
#include "sim/plan.h"

namespace starling::sim {

// No honest host is dropped by another for its conduct, nor for what only a foreign or false node
// is: no refusal of a wrong network, protocol, record or node id, nor for being discouraged. That a
// place was taken or went to another, that two connections crossed or that a silent peer (paused,
// clogged, crashed) was given up is no conduct.
class Bans final : public Checker {
public:
    Bans(const Plan& plan, const Events& events) : plan_(plan), events_(events) {}
    [[nodiscard]] std::string_view name() const override { return "bans"; }
    void dropped(HostIndex host, HostIndex other, std::string_view reason) override;

    // Does the reason of a Drop say that the peer did wrong?
    static bool for_conduct(std::string_view reason);

private:
    const Plan& plan_;
    const Events& events_;
};

}  // namespace starling::sim
