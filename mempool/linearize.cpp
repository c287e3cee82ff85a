#include "mempool/linearize.h"

#include "mempool/best_set.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <numeric>

namespace starling::mempool {

namespace {

FeeRate sum(const FeeRate& a, const FeeRate& b) {
    return {a.fee + b.fee, a.size + b.size};
}

std::size_t lowest(MemberSet set) {
    return static_cast<std::size_t>(std::countr_zero(set));
}

// Appends a set that has all its ancestors in itself and the order.
void append(const ClusterGraph& graph, MemberSet set, Order& order) {
    const auto begin = static_cast<std::ptrdiff_t>(order.size());
    for (; set != 0; set &= set - 1)
        order.push_back(static_cast<std::uint8_t>(lowest(set)));
    // A child has more ancestors than each of its parents.
    std::stable_sort(order.begin() + begin, order.end(), [&](std::uint8_t a, std::uint8_t b) {
        return std::popcount(graph.ancestors(a)) < std::popcount(graph.ancestors(b));
    });
}

// Each member's rate together with its ancestors that are not yet taken.
class AncestorRates {
public:
    explicit AncestorRates(const ClusterGraph& graph) : graph_(graph), left_(graph.all()) {
        for (std::size_t i = 0; i < graph.size(); ++i)
            rates_.push_back(graph.total(graph.ancestors(i)));
    }

    [[nodiscard]] MemberSet left() const { return left_; }
    [[nodiscard]] MemberSet best() const {
        std::size_t best = lowest(left_);
        for (MemberSet rest = left_; rest != 0; rest &= rest - 1) {
            if (rates_[lowest(rest)] > rates_[best]) best = lowest(rest);
        }
        return graph_.ancestors(best) & left_;
    }
    void take(MemberSet set) {
        left_ &= ~set;
        for (MemberSet rest = left_; rest != 0; rest &= rest - 1) {
            FeeRate& rate = rates_[lowest(rest)];
            for (MemberSet gone = graph_.ancestors(lowest(rest)) & set; gone != 0; gone &= gone - 1)
                rate = {rate.fee - graph_.rate(lowest(gone)).fee,
                        rate.size - graph_.rate(lowest(gone)).size};
        }
    }

private:
    const ClusterGraph& graph_;
    MemberSet left_;
    std::vector<FeeRate> rates_;
};

// What is left of an order after some of its members were taken, as sets of chunks.
std::vector<MemberSet> remaining_chunks(const ClusterGraph& graph,
                                        const Order& order,
                                        MemberSet left) {
    Order rest;
    std::ranges::copy_if(order, std::back_inserter(rest),
                         [&](std::uint8_t i) { return (left & member(i)) != 0; });
    std::vector<MemberSet> sets;
    for (const Chunk& chunk : chunks_of(graph, rest)) {
        MemberSet set = 0;
        for (std::size_t at = chunk.begin; at < chunk.end; ++at)
            set |= member(rest[at]);
        sets.push_back(set);
    }
    return sets;
}

// The shortest part of `set` that pays no less than it and follows the guide: taking less than that
// could make a point of the guide's diagram unreachable.
MemberSet along_guide(const ClusterGraph& graph,
                      MemberSet set,
                      const std::vector<MemberSet>& guide) {
    const FeeRate rate = graph.total(set);
    MemberSet prefix = 0;
    for (const MemberSet chunk : guide) {
        if ((chunk & set) == 0) continue;
        prefix |= chunk & set;
        if (prefix == set) break;
        if (graph.total(prefix) >= rate) return prefix;
    }
    return set;
}

// A stretch of an order while it is moved about.
struct Group {
    MemberSet set = 0;
    MemberSet reach = 0;  // what must not change sides: ancestors of the set
    FeeRate rate;
    Order order;
};

// One pass of post-linearisation, for an order in which what is in `reach` comes first. A group
// sinks towards the front past those with a `worse` rate, and joins what it depends on.
template <class Reach, class Worse>
Order sunk(const ClusterGraph& graph, const Order& order, Reach reach, Worse worse) {
    std::vector<Group> groups;
    for (const std::uint8_t i : order) {
        groups.push_back({member(i), reach(i), graph.rate(i), {i}});
        std::size_t at = groups.size() - 1;
        while (at > 0 && worse(groups[at - 1].rate, groups[at].rate)) {
            if ((groups[at].reach & groups[at - 1].set) == 0) {
                std::swap(groups[at - 1], groups[at]);
            } else {
                Group& into = groups[at - 1];
                const Group& from = groups[at];
                into.set |= from.set;
                into.reach |= from.reach;
                into.rate = sum(into.rate, from.rate);
                into.order.insert(into.order.end(), from.order.begin(), from.order.end());
                groups.erase(groups.begin() + static_cast<std::ptrdiff_t>(at));
            }
            --at;
        }
    }
    Order out;
    for (const Group& group : groups)
        out.insert(out.end(), group.order.begin(), group.order.end());
    return out;
}

// The same cluster with its members renumbered by falling fee rate, as the search wants them.
struct Ranked {
    explicit Ranked(const ClusterGraph& from)
        : original(ranking(from)), graph(renumbered(from, original)) {}

    static Order ranking(const ClusterGraph& from) {
        Order order(from.size());
        std::iota(order.begin(), order.end(), std::uint8_t{0});
        std::stable_sort(order.begin(), order.end(), [&](std::uint8_t a, std::uint8_t b) {
            return from.rate(a) > from.rate(b);
        });
        return order;
    }
    static ClusterGraph renumbered(const ClusterGraph& from, const Order& original) {
        std::vector<FeeRate> rates;
        std::vector<MemberSet> parents;
        for (const std::uint8_t i : original) {
            rates.push_back(from.rate(i));
            MemberSet set = 0;
            for (std::size_t at = 0; at < original.size(); ++at) {
                if ((from.ancestors(i) & member(original[at])) != 0) set |= member(at);
            }
            parents.push_back(set);
        }
        return {std::move(rates), parents};
    }

    Order original;  // of each renumbered member
    ClusterGraph graph;
};

}  // namespace

ClusterGraph::ClusterGraph(std::vector<FeeRate> rates, const std::vector<MemberSet>& parents)
    : rates_(std::move(rates)), ancestors_(parents), descendants_(parents.size(), 0) {
    assert(rates_.size() == parents.size() && parents.size() <= kMembersMax);
    for (std::size_t i = 0; i < size(); ++i)
        ancestors_[i] |= member(i);
    for (std::size_t via = 0; via < size(); ++via) {
        for (MemberSet& set : ancestors_) {
            if ((set & member(via)) != 0) set |= ancestors_[via];
        }
    }
    for (std::size_t i = 0; i < size(); ++i) {
        for (MemberSet rest = ancestors_[i]; rest != 0; rest &= rest - 1)
            descendants_[lowest(rest)] |= member(i);
    }
}

MemberSet ClusterGraph::all() const {
    return size() == kMembersMax ? ~MemberSet{0} : member(size()) - 1;
}

FeeRate ClusterGraph::total(MemberSet set) const {
    assert(set != 0);
    FeeRate total = rates_[lowest(set)];
    for (set &= set - 1; set != 0; set &= set - 1)
        total = sum(total, rates_[lowest(set)]);
    return total;
}

std::vector<MemberSet> ClusterGraph::components(MemberSet set) const {
    std::vector<MemberSet> parts;
    while (set != 0) {
        MemberSet part = 0;
        MemberSet found = member(lowest(set));
        while (found != 0) {
            part |= found;
            MemberSet next = 0;
            for (; found != 0; found &= found - 1)
                next |= ancestors_[lowest(found)] | descendants_[lowest(found)];
            found = next & set & ~part;
        }
        parts.push_back(part);
        set &= ~part;
    }
    return parts;
}

std::vector<Chunk> chunks_of(const ClusterGraph& graph, const Order& order) {
    std::vector<Chunk> chunks;
    for (std::size_t at = 0; at < order.size(); ++at) {
        Chunk chunk{at, at + 1, graph.rate(order[at])};
        while (!chunks.empty() && chunk.rate > chunks.back().rate) {
            chunk = {chunks.back().begin, chunk.end, sum(chunks.back().rate, chunk.rate)};
            chunks.pop_back();
        }
        chunks.push_back(chunk);
    }
    return chunks;
}

Order ancestor_order(const ClusterGraph& graph) {
    Order order;
    AncestorRates rates(graph);
    while (rates.left() != 0) {
        const MemberSet best = rates.best();
        append(graph, best, order);
        rates.take(best);
    }
    return order;
}

Order post_linearized(const ClusterGraph& graph, const Order& order) {
    const auto descendants = [&](std::size_t i) { return graph.descendants(i); };
    const auto ancestors = [&](std::size_t i) { return graph.ancestors(i); };
    Order backward(order.rbegin(), order.rend());
    backward = sunk(graph, backward, descendants, std::greater<>{});
    return sunk(graph, Order(backward.rbegin(), backward.rend()), ancestors, std::less<>{});
}

Order linearized(const ClusterGraph& graph, std::size_t steps) {
    if (graph.size() == 1) return {0};
    const Ranked ranked(graph);
    const Order guide = ancestor_order(ranked.graph);
    AncestorRates rates(ranked.graph);
    Order order;
    while (rates.left() != 0) {
        const std::vector<MemberSet> chunks = remaining_chunks(ranked.graph, guide, rates.left());
        MemberSet start = rates.best();
        if (ranked.graph.total(chunks.front()) >= ranked.graph.total(start)) start = chunks.front();
        // Half of what is left each time: the first sets matter most.
        std::size_t budget = (steps + 1) / 2;
        const std::size_t given = budget;
        MemberSet set = best_set(ranked.graph, rates.left(), start, budget);
        steps -= given - budget;
        if (budget == 0) set = along_guide(ranked.graph, set, chunks);
        append(ranked.graph, set, order);
        rates.take(set);
    }
    order = post_linearized(ranked.graph, order);
    for (std::uint8_t& i : order)
        i = ranked.original[i];
    return order;
}

}  // namespace starling::mempool
