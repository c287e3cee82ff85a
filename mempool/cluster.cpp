#include "mempool/cluster.h"

#include "consensus/sigops.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <map>

namespace starling::mempool {

namespace {

constexpr std::int64_t kLegacySigopCost = 4;
constexpr std::int64_t kWeightPerSigopCost = 20;
constexpr std::int64_t kWitnessScaleFactor = 4;

std::vector<MemberSet> parents_among(const std::vector<Resident>& residents) {
    std::map<Txid, std::size_t> by_txid;
    for (std::size_t i = 0; i < residents.size(); ++i)
        by_txid.emplace(residents[i].entry->transaction->txid(), i);
    std::vector<MemberSet> parents(residents.size(), 0);
    for (std::size_t i = 0; i < residents.size(); ++i) {
        for (const TxIn& input : residents[i].entry->transaction->inputs()) {
            const auto parent = by_txid.find(input.previous.txid);
            if (parent != by_txid.end()) parents[i] |= member(parent->second);
        }
    }
    return parents;
}

ClusterGraph graph_of(const std::vector<Resident>& residents,
                      const std::vector<MemberSet>& parents) {
    std::vector<FeeRate> rates;
    rates.reserve(residents.size());
    for (const Resident& resident : residents)
        rates.push_back({resident.entry->fee, resident.size});
    return {std::move(rates), parents};
}

}  // namespace

std::int64_t sigop_cost(const Transaction& tx) {
    return kLegacySigopCost * std::int64_t{legacy_sigops(tx.data())};
}

std::int64_t pool_size(const Transaction& tx) {
    const std::int64_t weight =
        std::max<std::int64_t>(tx.weight(), sigop_cost(tx) * kWeightPerSigopCost);
    return (weight + kWitnessScaleFactor - 1) / kWitnessScaleFactor;
}

Cluster::Cluster(std::uint64_t id, std::vector<Resident> residents) : id_(id) {
    assert(!residents.empty() && residents.size() <= kMembersMax);
    if (residents.size() == 1) {  // most are, and there is but one order
        const Resident& lone = residents.front();
        chunks_.push_back({0, 1, {lone.entry->fee, lone.size}});
        parents_.push_back(0);
        residents_ = std::move(residents);
        return;
    }
    const std::vector<MemberSet> parents = parents_among(residents);
    const ClusterGraph graph = graph_of(residents, parents);
    const Order order = linearized(graph);
    chunks_ = chunks_of(graph, order);
    std::vector<std::size_t> position(order.size());
    for (std::size_t at = 0; at < order.size(); ++at)
        position[order[at]] = at;
    for (const std::uint8_t i : order) {
        MemberSet moved = 0;
        for (MemberSet rest = parents[i]; rest != 0; rest &= rest - 1)
            moved |= member(position[static_cast<std::size_t>(std::countr_zero(rest))]);
        parents_.push_back(moved);
        residents_.push_back(std::move(residents[i]));
    }
}

const Chunk& Cluster::chunk_of(std::size_t position) const {
    return *std::ranges::find_if(chunks_, [&](const Chunk& chunk) { return position < chunk.end; });
}

MemberSet Cluster::children(std::size_t position) const {
    MemberSet set = 0;
    for (std::size_t i = position + 1; i < size(); ++i) {
        if ((parents_[i] & member(position)) != 0) set |= member(i);
    }
    return set;
}

// Parents stand before children, so one pass finds all.
MemberSet Cluster::ancestors(std::size_t position) const {
    MemberSet set = member(position);
    for (std::size_t i = position + 1; i-- > 0;) {
        if ((set & member(i)) != 0) set |= parents_[i];
    }
    return set;
}

MemberSet Cluster::descendants(std::size_t position) const {
    MemberSet set = member(position);
    for (std::size_t i = position + 1; i < size(); ++i) {
        if ((parents_[i] & set) != 0) set |= member(i);
    }
    return set;
}

std::vector<std::vector<Resident>> Cluster::without(MemberSet gone) && {
    std::vector<MemberSet> parts;
    for (std::size_t i = 0; i < size(); ++i) {
        if ((gone & member(i)) != 0) continue;
        MemberSet joined = member(i);
        // A part that holds a parent of i is one with all other such parts.
        std::erase_if(parts, [&](MemberSet part) {
            if ((part & parents_[i]) == 0) return false;
            joined |= part;
            return true;
        });
        parts.push_back(joined);
    }
    std::vector<std::vector<Resident>> out;
    for (MemberSet part : parts) {
        out.emplace_back();
        for (; part != 0; part &= part - 1)
            out.back().push_back(
                std::move(residents_[static_cast<std::size_t>(std::countr_zero(part))]));
    }
    return out;
}

}  // namespace starling::mempool
