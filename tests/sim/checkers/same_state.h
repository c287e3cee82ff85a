#pragma once

#include "sim/checkers/checker.h"
#include "sim/checkers/ledger_looks.h"

#include <map>
#include <memory>

namespace starling::sim {

// Hosts whose committed chain ends at the same block have the same coins, bit by bit, whenever they
// were there and however they came there: through reorganisations, crashes or straight on.
class SameState final : public Checker {
public:
    explicit SameState(std::shared_ptr<LedgerLooks> looks) : looks_(std::move(looks)) {}
    [[nodiscard]] std::string_view name() const override { return "same_state"; }
    void look(const World& world) override;

    void seen(Moment when, HostIndex host, const CoinSum& sum);

private:
    struct First {
        HostIndex host;
        CoinSum sum;
    };
    std::shared_ptr<LedgerLooks> looks_;
    std::map<BlockHash, First> first_;  // a run's blocks
};

}  // namespace starling::sim
