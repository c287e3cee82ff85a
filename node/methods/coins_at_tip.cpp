#include "node/methods/coins_at_tip.h"

#include "node/methods/chain_view.h"

#include <utility>

namespace starling::node {

namespace {

using Coins = std::vector<std::optional<Coin>>;

// Puts what the chain state knows over what the store said.
Coins corrected(const Context& context, const std::vector<OutPoint>& points, Coins coins) {
    for (std::size_t i = 0; i < points.size(); ++i) {
        const auto known = chain_of(context).coin_at_tip(points[i]);
        if (known.known) coins[i] = known.coin;
    }
    return coins;
}

bool all_known(const Context& context, const std::vector<OutPoint>& points) {
    for (const OutPoint& point : points) {
        if (!chain_of(context).coin_at_tip(point).known) return false;
    }
    return true;
}

}  // namespace

void coins_at_tip(Context& context, std::vector<OutPoint> points, std::function<void(Coins)> then) {
    if (all_known(context, points)) return then(corrected(context, points, Coins(points.size())));
    const std::uint64_t commits = chain_of(context).commits();
    context.run([&context, commits, points = std::move(points), then = std::move(then)]() {
        return [&context, commits, points, then, coins = context.store().coins(points)]() {
            // A commit moved changes from memory to the store: neither has answered for the same
            // moment. Commits come once a second at the most, so this ends.
            if (chain_of(context).commits() != commits) return coins_at_tip(context, points, then);
            then(corrected(context, points, coins));
        };
    });
}

}  // namespace starling::node
