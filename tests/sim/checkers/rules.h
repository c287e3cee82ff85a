#pragma once

#include "consensus/lookup_table.h"
#include "sim/checkers/checker.h"
#include "sim/engine/events.h"
#include "sim/engine/stream.h"

#include <optional>
#include <string>

namespace starling::sim {

// A second opinion on the blocks that honest hosts connect, each looked at once, from the block
// alone: none has a signature that a hostile host forged, and none spends a coinbase before it is
// mature. Where all hosts have the same fault, all agree on a wrong chain, and only this is left to
// object. (Amounts are another checker's: money.h.)
class Rules final : public Checker {
public:
    Rules(const Plan& plan, const Events& events) : plan_(plan), events_(events) {}
    [[nodiscard]] std::string_view name() const override { return "rules"; }
    void tip_changed(HostIndex host, const chain::TipChanged& change) override;
    // Learns the coinbases that are older than the run, once: nobody connects them in it.
    void look(const World& world) override;

    // Says what is wrong with it, if anything is. Parents come before their children.
    [[nodiscard]] std::optional<std::string> fault_of(const Block& block, Height height);

private:
    void learn_chain(const Host& host);

    const Plan& plan_;
    const Events& events_;
    bool learnt_ = false;
    Stream stream_{0};  // keys tables whose order nobody sees
    // A run's blocks. A coinbase says its own height (BIP 34), so it has one on every branch.
    LookupTable<BlockHash, bool> seen_{stream_};
    LookupTable<Txid, Height> coinbases_{stream_};
};

}  // namespace starling::sim
