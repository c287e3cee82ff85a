#pragma once

#include "sim/checkers/checker.h"
#include "sim/engine/events.h"
#include "sim/plan.h"

#include <optional>

namespace starling::sim {

// What honest hosts send keeps to the formats' bounds: a message to p2p::kMessageBytesMax and its
// kind's count of entries, a datagram to the 1,280 bytes that every path carries (discv5-wire).
class Sizes final : public Checker {
public:
    Sizes(const Plan& plan, const Events& events) : plan_(plan), events_(events) {}
    [[nodiscard]] std::string_view name() const override { return "sizes"; }
    void sent(HostIndex, HostIndex, const p2p::Message& message, std::size_t bytes) override;
    void datagram_sent(HostIndex, HostIndex, std::string_view what, std::size_t bytes) override;

private:
    const Plan& plan_;
    const Events& events_;
};

}  // namespace starling::sim
