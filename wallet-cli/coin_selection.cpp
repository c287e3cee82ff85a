#include "wallet-cli/coin_selection.h"

#include <algorithm>
#include <numeric>

namespace starling::wallet {

namespace {

// Steps of the exact search: Bitcoin Core's bound; some milliseconds.
constexpr int kTriesMax = 100'000;
constexpr int kRandomDraws = 20;

struct Candidate {
    std::size_t index = 0;
    Amount value;
    Amount effective;  // less the fee of spending it now
};

struct Costs {
    Amount base;          // of the transaction without inputs and change
    Amount input_now;     // of one input at today's rate
    Amount input_later;   // of one input at the long-term rate
    Amount change;        // of making the change output now
    Amount change_later;  // of spending it later
};

Costs costs_of(const SelectionTarget& target, const SelectionRates& rates) {
    return {.base = fee_of(target.base_weight, rates.now),
            .input_now = fee_of(target.input_weight, rates.now),
            .input_later = fee_of(target.input_weight, rates.long_term),
            .change = fee_of(target.change_weight, rates.now),
            .change_later = fee_of(target.change_spend_weight, rates.long_term)};
}

// Turns chosen coins into a transaction's figures; nothing if they do not suffice.
std::optional<Selection> settle(std::vector<Candidate> chosen,
                                const SelectionTarget& target,
                                const SelectionRates& rates) {
    const Costs costs = costs_of(target, rates);
    const auto count = static_cast<std::int64_t>(chosen.size());
    Selection selection;
    Amount total;
    for (const Candidate& c : chosen) {
        total += c.value;
        selection.coins.push_back(c.index);
    }
    std::ranges::sort(selection.coins);
    const std::int64_t weight = target.base_weight + count * target.input_weight;
    selection.fee = fee_of(weight, rates.now);
    const Amount excess = total - target.paid - selection.fee;
    if (excess.units < 0) return std::nullopt;

    const Amount timing{count * (costs.input_now.units - costs.input_later.units)};
    const Amount with_change = fee_of(weight + target.change_weight, rates.now);
    const Amount change = total - target.paid - with_change;
    if (change > target.dust && change > costs.change_later) {
        selection.fee = with_change;
        selection.change = change;
        selection.waste = timing + costs.change + costs.change_later;
    } else {
        selection.fee = selection.fee + excess;
        selection.waste = timing + excess;
    }
    return selection;
}

// Depth first over the coins by falling value, each taken or left: finds the set with the least
// waste whose excess is at most the cost of a change output.
class ExactSearch {
public:
    ExactSearch(const std::vector<Candidate>& sorted,
                Amount goal,
                Amount tolerance,
                Amount waste_per_input)
        : sorted_(sorted), goal_(goal), tolerance_(tolerance), per_input_(waste_per_input) {
        left_.resize(sorted.size() + 1);
        for (std::size_t i = sorted.size(); i > 0; --i)
            left_[i - 1] = left_[i] + sorted[i - 1].effective;
    }

    std::vector<Candidate> best() {
        std::vector<std::size_t> taken;
        Amount sum;
        std::size_t next = 0;
        for (int tries = 0; tries < kTriesMax; ++tries) {
            const bool hopeless = sum > goal_ + tolerance_ || sum + left_[next] < goal_ ||
                                  (best_waste_ && per_input_.units > 0 &&
                                   waste_of(taken.size(), goal_) > *best_waste_);
            const bool found = !hopeless && sum >= goal_;
            if (found) note(taken, sum);
            if (!hopeless && !found && next < sorted_.size()) {
                taken.push_back(next);
                sum += sorted_[next].effective;
                ++next;
                continue;
            }
            if (taken.empty()) break;
            // Leave out the coin taken last, and go on behind it.
            next = taken.back() + 1;
            sum -= sorted_[taken.back()].effective;
            taken.pop_back();
        }
        std::vector<Candidate> chosen;
        for (const std::size_t i : best_)
            chosen.push_back(sorted_[i]);
        return chosen;
    }

private:
    Amount waste_of(std::size_t inputs, Amount sum) const {
        return Amount{static_cast<std::int64_t>(inputs) * per_input_.units} + (sum - goal_);
    }
    void note(const std::vector<std::size_t>& taken, Amount sum) {
        const Amount waste = waste_of(taken.size(), sum);
        if (best_waste_ && *best_waste_ <= waste) return;
        best_waste_ = waste;
        best_ = taken;
    }

    const std::vector<Candidate>& sorted_;
    Amount goal_;
    Amount tolerance_;
    Amount per_input_;
    std::vector<Amount> left_;  // the sum of all coins from an index on
    std::optional<Amount> best_waste_;
    std::vector<std::size_t> best_;
};

// Coins in the given order until they pay for the target, a change included.
std::vector<Candidate> first_that_suffice(const std::vector<Candidate>& ordered, Amount goal) {
    std::vector<Candidate> chosen;
    Amount sum;
    for (const Candidate& c : ordered) {
        if (sum >= goal) break;
        chosen.push_back(c);
        sum += c.effective;
    }
    return chosen;
}

}  // namespace

Amount fee_of(std::int64_t weight, std::int64_t units_per_kvb) {
    const std::int64_t virtual_size = (weight + 3) / 4;
    return {(virtual_size * units_per_kvb + 999) / 1000};
}

std::optional<Selection> select_coins(const std::vector<Amount>& candidates,
                                      const SelectionTarget& target,
                                      const SelectionRates& rates,
                                      Random& random) {
    const Costs costs = costs_of(target, rates);
    std::vector<Candidate> useful;  // a coin that costs more than it brings is never spent
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        const Amount effective = candidates[i] - costs.input_now;
        if (effective.units > 0) useful.push_back({i, candidates[i], effective});
    }
    std::ranges::sort(useful, [](const Candidate& a, const Candidate& b) {
        return a.value != b.value ? a.value > b.value : a.index < b.index;
    });

    std::optional<Selection> best;
    const auto consider = [&](std::vector<Candidate> chosen) {
        if (chosen.empty()) return;
        auto selection = settle(std::move(chosen), target, rates);
        if (selection && (!best || selection->waste < best->waste)) best = std::move(selection);
    };

    const Amount goal = target.paid + costs.base;
    consider(ExactSearch(useful, goal, costs.change + costs.change_later,
                         costs.input_now - costs.input_later)
                 .best());
    // With change: aim over the goal, so that the change is worth making.
    const Amount with_change = goal + costs.change + target.dust + costs.change_later;
    consider(first_that_suffice(useful, with_change));
    consider(useful);
    for (int draw = 0; draw < kRandomDraws; ++draw) {
        for (std::size_t i = useful.size(); i > 1; --i)
            std::swap(useful[i - 1], useful[random.below(i)]);
        consider(first_that_suffice(useful, with_change));
    }
    return best;
}

}  // namespace starling::wallet
