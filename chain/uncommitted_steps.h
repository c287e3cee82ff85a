#pragma once

#include "chain/store.h"

#include <cstdint>
#include <deque>
#include <vector>

namespace starling::chain {

// The steps from the last batch to the connected end, in order: what the next batches will hold.
//
// The first `settled` of them lead to the tip and may be committed; the others lead on from it, and
// vanish in pairs when they are taken back, so that the store never hears of a block that failed.
//
// Invariant: the unsettled steps are those down from the tip to the fork, then up to the end.
class UncommittedSteps {
public:
    void push(Step step, std::uint64_t number) {
        changes_ += step.delta->spent.size() + step.delta->made.size();
        steps_.push_back({std::move(step), number});
    }
    // Takes back the last step if it is the opposite of `kind` for that block and not settled.
    bool cancel(Step::Kind kind, const HeaderNode* node) {
        if (steps_.size() <= settled_) return false;
        const Step& last = steps_.back().step;
        if (last.kind == kind || last.node != node) return false;
        changes_ -= last.delta->spent.size() + last.delta->made.size();
        steps_.pop_back();
        return true;
    }
    // The tip moved to where all but the last `unsettled` steps lead.
    void settle(std::size_t unsettled) { settled_ = steps_.size() - unsettled; }

    [[nodiscard]] std::size_t settled() const { return settled_; }
    [[nodiscard]] bool empty() const { return steps_.empty(); }
    // Coins that the steps touch: what a commit would write.
    [[nodiscard]] std::size_t changes() const { return changes_; }
    // The number of the first step that is not in a batch yet; `none` if there is none.
    [[nodiscard]] std::uint64_t first_number(std::uint64_t none) const {
        return steps_.empty() ? none : steps_.front().number;
    }

    std::vector<Step> take_settled() {
        std::vector<Step> out;
        out.reserve(settled_);
        for (; settled_ > 0; --settled_) {
            Step& step = steps_.front().step;
            changes_ -= step.delta->spent.size() + step.delta->made.size();
            out.push_back(std::move(step));
            steps_.pop_front();
        }
        return out;
    }

private:
    struct Numbered {
        Step step;
        std::uint64_t number = 0;
    };
    std::deque<Numbered> steps_;
    std::size_t settled_ = 0;
    std::size_t changes_ = 0;
};

}  // namespace starling::chain
