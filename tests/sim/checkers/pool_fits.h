#pragma once

#include "mempool/pool.h"
#include "sim/checkers/checker.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace starling::sim {

// A host's pool fits its tip: each of its transactions spends coins that are there, at the tip or
// made by another one of the pool, and no two spend the same. So none is in the chain already, and
// none conflicts with it. Of a sample at each look, so far as coins are in memory or the store
// stands at the tip.
class PoolFits final : public Checker {
public:
    [[nodiscard]] std::string_view name() const override { return "pool"; }
    void look(const World& world) override;

    // Is it there? Nothing where that cannot be said now.
    using HasCoin = std::function<std::optional<bool>(const OutPoint&)>;
    void seen(Moment when,
              HostIndex host,
              const std::vector<Shared<mempool::PoolEntry>>& entries,
              const HasCoin& has_coin);

private:
    static constexpr std::size_t kHostsALook = 2;
    std::size_t turn_ = 0;
};

}  // namespace starling::sim
