#include "consensus/spend_plan.h"

#include "consensus/coin.h"

#include <algorithm>
#include <span>

namespace starling {

namespace {

// The first bytes of a txid as a number of the same order: nearly every comparison ends here.
std::uint64_t prefix_of(const Txid& txid) {
    std::uint64_t prefix = 0;
    for (std::size_t i = 0; i < 8; ++i)
        prefix = prefix << 8 | txid.bytes[i];
    return prefix;
}

struct Maker {
    std::uint64_t prefix;
    const Txid* txid;
    std::uint32_t transaction;
};

struct Spender {
    std::uint64_t prefix;
    const OutPoint* point;
    std::uint32_t input;  // its number among all inputs after the coinbase's
    std::uint32_t transaction;
};

bool before(const Maker& a, const Maker& b) {
    if (a.prefix != b.prefix) return a.prefix < b.prefix;
    if (*a.txid != *b.txid) return *a.txid < *b.txid;
    return a.transaction < b.transaction;
}

bool before(const Spender& a, const Spender& b) {
    if (a.prefix != b.prefix) return a.prefix < b.prefix;
    if (*a.point != *b.point) return *a.point < *b.point;
    return a.input < b.input;
}

bool before(const Spender& spender, const Maker& maker) {
    if (spender.prefix != maker.prefix) return spender.prefix < maker.prefix;
    return spender.point->txid < *maker.txid;
}

std::vector<Maker> sorted_makers(const Block& block) {
    std::vector<Maker> makers;
    makers.reserve(block.transactions.size());
    for (const auto& tx : block.transactions) {
        makers.push_back(
            {prefix_of(tx->txid()), &tx->txid(), static_cast<std::uint32_t>(makers.size())});
    }
    std::ranges::sort(makers, [](const Maker& a, const Maker& b) { return before(a, b); });
    return makers;
}

std::vector<Spender> sorted_spenders(const Block& block) {
    std::vector<Spender> spenders;
    spenders.reserve(2 * block.transactions.size());
    for (std::uint32_t t = 1; t < block.transactions.size(); ++t) {
        for (const TxIn& input : block.transactions[t]->inputs()) {
            spenders.push_back({prefix_of(input.previous.txid), &input.previous,
                                static_cast<std::uint32_t>(spenders.size()), t});
        }
    }
    std::ranges::sort(spenders, [](const Spender& a, const Spender& b) { return before(a, b); });
    return spenders;
}

// Notes the outputs of one transaction that no spender of its txid takes. `spenders` are sorted.
void note_made(SpendPlan& plan,
               const Transaction& tx,
               std::uint32_t transaction,
               std::span<const Spender> spenders) {
    std::size_t next = 0;
    for (std::uint32_t index = 0; index < tx.outputs().size(); ++index) {
        bool spent = false;
        for (; next < spenders.size() && spenders[next].point->index <= index; ++next)
            spent = spent || spenders[next].transaction > transaction;
        if (!spent && !is_unspendable(tx.outputs()[index].script_pubkey))
            plan.made.push_back({transaction, index});
    }
}

void judge_spenders(SpendPlan& plan, std::span<const Spender> spenders, std::int64_t maker) {
    const OutPoint* last = nullptr;
    for (const Spender& spender : spenders) {
        std::int32_t& source = plan.makers[spender.input];
        if (last != nullptr && *last == *spender.point) {
            source = SpendPlan::kSpentBefore;
        } else if (maker >= 0 && maker < spender.transaction) {
            source = static_cast<std::int32_t>(maker);
        }
        last = spender.point;
    }
}

// Both lists are sorted by txid: one walk over both pairs every maker with its spenders.
void pair_up(SpendPlan& plan, const Block& block, std::span<const Spender> spenders) {
    const auto take_while = [&](auto belongs) {
        std::size_t count = 0;
        while (count < spenders.size() && belongs(spenders[count]))
            ++count;
        const auto taken = spenders.first(count);
        spenders = spenders.subspan(count);
        return taken;
    };
    for (const Maker& maker : sorted_makers(block)) {
        judge_spenders(plan, take_while([&](const Spender& s) { return before(s, maker); }), -1);
        const auto mine =
            take_while([&](const Spender& s) { return s.point->txid == *maker.txid; });
        judge_spenders(plan, mine, maker.transaction);
        note_made(plan, *block.transactions[maker.transaction], maker.transaction, mine);
    }
    judge_spenders(plan, spenders, -1);
}

std::vector<OutPoint> list_needs(SpendPlan& plan,
                                 const Block& block,
                                 std::span<const Spender> sorted) {
    std::vector<OutPoint> needs;
    needs.reserve(plan.makers.size());
    std::vector<std::uint32_t> number_of(plan.makers.size());
    std::size_t input = 0;
    for (std::size_t t = 1; t < block.transactions.size(); ++t) {
        for (const TxIn& in : block.transactions[t]->inputs()) {
            number_of[input] = static_cast<std::uint32_t>(needs.size());
            if (plan.makers[input] == SpendPlan::kFromChain) needs.push_back(in.previous);
            ++input;
        }
    }
    plan.needs_order.reserve(needs.size());
    for (const Spender& spender : sorted) {
        if (plan.makers[spender.input] == SpendPlan::kFromChain)
            plan.needs_order.push_back(number_of[spender.input]);
    }
    return needs;
}

}  // namespace

PlannedSpends plan_spends(const Block& block) {
    const std::vector<Spender> spenders = sorted_spenders(block);
    PlannedSpends planned;
    planned.plan.makers.assign(spenders.size(), SpendPlan::kFromChain);
    pair_up(planned.plan, block, spenders);
    planned.needs = list_needs(planned.plan, block, spenders);
    return planned;
}

}  // namespace starling
