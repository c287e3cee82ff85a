#include "mempool/best_set.h"

#include <bit>
#include <optional>

namespace starling::mempool {

namespace {

std::size_t lowest(MemberSet set) {
    return static_cast<std::size_t>(std::countr_zero(set));
}

// What is decided: `in` is taken, `open` is not decided, all else is left out.
struct Branch {
    MemberSet in = 0;
    MemberSet open = 0;
};

class Search {
public:
    Search(const ClusterGraph& graph, MemberSet left, MemberSet start)
        : graph_(graph), left_(left), best_(start), best_rate_(graph.total(start)) {}

    [[nodiscard]] MemberSet best() const { return best_; }

    void run(std::size_t& steps) {
        for (const MemberSet part : graph_.components(left_))
            stack_.push_back({0, part});
        while (!stack_.empty() && steps > 0) {
            --steps;
            const Branch branch = stack_.back();
            stack_.pop_back();
            explore(branch);
        }
    }

private:
    // All of `in` and those open members that raise its rate; the best first, so the first that
    // does not is the end.
    [[nodiscard]] MemberSet potential(const Branch& branch, FeeRate& rate) const {
        MemberSet set = branch.in;
        MemberSet open = branch.open;
        if (set == 0) {
            set = member(lowest(open));
            open &= open - 1;
        }
        rate = graph_.total(set);
        for (; open != 0; open &= open - 1) {
            const FeeRate& next = graph_.rate(lowest(open));
            if (next <= rate) break;
            rate = {rate.fee + next.fee, rate.size + next.size};
            set |= member(lowest(open));
        }
        return set;
    }

    void explore(Branch branch) {
        if (branch.in == 0 && branch.open == 0) return;
        FeeRate bound;
        const MemberSet potential_set = potential(branch, bound);
        if (bound <= best_rate_) return;
        // What the bound would take together with all its ancestors is in the best set of this
        // branch, so nothing is decided by taking it.
        for (MemberSet rest = potential_set & ~branch.in; rest != 0; rest &= rest - 1) {
            const MemberSet needed = graph_.ancestors(lowest(rest)) & left_;
            if ((needed & ~potential_set) == 0) branch.in |= needed;
        }
        branch.open &= ~branch.in;
        if (branch.in != 0) improve(branch.in);
        const MemberSet undecided = potential_set & branch.open;
        if (undecided == 0) return;
        const std::size_t split = lowest(undecided);
        const MemberSet needed = graph_.ancestors(split) & left_;
        stack_.push_back({branch.in, branch.open & ~graph_.descendants(split)});
        stack_.push_back({branch.in | needed, branch.open & ~needed});
    }

    void improve(MemberSet set) {
        const FeeRate rate = graph_.total(set);
        if (rate <= best_rate_) return;
        best_ = set;
        best_rate_ = rate;
    }

    const ClusterGraph& graph_;
    MemberSet left_;
    MemberSet best_;
    FeeRate best_rate_;
    std::vector<Branch> stack_;  // at most one entry a member and level
};

}  // namespace

MemberSet best_set(const ClusterGraph& graph, MemberSet left, MemberSet start, std::size_t& steps) {
    Search search(graph, left, start);
    search.run(steps);
    return search.best();
}

}  // namespace starling::mempool
