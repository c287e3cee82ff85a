#include "sim/host/archive.h"

#include "consensus/check_block.h"
#include "consensus/hash.h"

#include <algorithm>
#include <cassert>
#include <map>
#include <utility>

namespace starling::sim {

namespace {

bool below(const HeaderNode* lower, const HeaderNode* upper) {
    return ancestor(upper, lower->height) == lower;
}

}  // namespace

Archive::Archive(const Parameters& parameters, Random& random)
    : parameters_(parameters),
      numbers_(random),
      lives_(random),
      checked_(random),
      connected_(random),
      by_consensus_{Verdicts(random), Verdicts(random)},
      by_policy_{Verdicts(random), Verdicts(random)} {
    place(parameters.genesis.header, parameters.genesis_hash);
}

Archive::~Archive() = default;

Result<Shared<CheckedBlock>, Reject> Archive::check(const Shared<Bytes>& bytes) {
    if (bytes->size() < Header::kSize) return check_block(bytes, parameters_);
    const BlockHash hash{sha256d({bytes->data(), Header::kSize}).bytes};
    const auto same = [&](const Shared<CheckedBlock>& known) {
        return known != nullptr && (known->bytes == bytes || *known->bytes == *bytes);
    };
    if (const Shared<CheckedBlock> kept = block(hash); same(kept)) return kept;
    if (const auto* last = checked_.find(hash); last != nullptr && same(*last)) return *last;
    auto checked = check_block(bytes, parameters_);
    if (!checked) return checked;
    if (checked_.size() == kCheckedMax) checked_.clear();
    checked_[hash] = *checked;
    return checked;
}

Shared<CheckedBlock> Archive::block(const BlockHash& hash) const {
    const auto number = find(hash);
    return number ? block(*number) : nullptr;
}

Result<Unit, Reject> Archive::verify(const ScriptBatch& batch) {
    for (std::size_t i = 0; i < batch.checks.size(); ++i) {
        if (const std::optional<Reject>& reject = verdict(batch, i)) return Failure{*reject};
    }
    return Unit{};
}

const std::optional<Reject>& Archive::verdict(const ScriptBatch& batch, std::size_t index) {
    Generations& known = batch.rules == ScriptRules::consensus ? by_consensus_ : by_policy_;
    const Wtxid& wtxid = batch.checks[index].transaction->wtxid();
    if (const auto* verdict = known.young.find(wtxid)) return *verdict;
    std::optional<Reject> verdict;
    if (const auto* old = known.old.find(wtxid)) {
        verdict = *old;
    } else if (auto verified = verify_scripts(batch, index, index + 1); !verified) {
        verdict = verified.error();
    }
    if (known.young.size() == kVerdictsMax) {
        std::swap(known.young, known.old);
        known.young.clear();
    }
    return *known.young.try_emplace(wtxid, std::move(verdict)).first;
}

Result<Connected, Reject> Archive::connect(const Shared<CheckedBlock>& block,
                                           const HeaderNode& node,
                                           std::span<const std::optional<Coin>> coins,
                                           const Parameters& parameters) {
    if (const auto* known = connected_.find(block->hash)) {
        // A host whose state lacks a coin that the block spent elsewhere is broken.
        const bool all =
            std::ranges::all_of(coins, [](const auto& coin) { return coin.has_value(); });
        assert(all || !known->ok());
        return *known;
    }
    auto connected = connect_block(block, node, coins, parameters);
    return *connected_.try_emplace(block->hash, std::move(connected)).first;
}

Archive::Number Archive::number_of(const BlockHash& hash) {
    const auto [number, made] = numbers_.try_emplace(hash, static_cast<Number>(entries_.size()));
    if (made) entries_.emplace_back().node.hash = hash;
    return *number;
}

std::optional<Archive::Number> Archive::find(const BlockHash& hash) const {
    const Number* number = numbers_.find(hash);
    return number == nullptr ? std::nullopt : std::optional(*number);
}

const BlockHash& Archive::hash(Number number) const {
    return entries_[number].node.hash;
}

const Header& Archive::header(Number number) const {
    assert(entries_[number].placed);
    return entries_[number].node.header;
}

Shared<CheckedBlock> Archive::block(Number number) const {
    return entries_[number].block;
}

Shared<BlockDelta> Archive::delta(Number number) const {
    return entries_[number].delta;
}

std::uint64_t Archive::coins_after(Number number) const {
    return entries_[number].coins;
}

bool Archive::is_ancestor(Number ancestor, Number of) const {
    return below(&entries_[ancestor].node, &entries_[of].node);
}

Archive::Number Archive::keep(const Shared<CheckedBlock>& block) {
    const Number number = number_of(block->hash);
    Shared<CheckedBlock>& kept = entries_[number].block;
    if (kept != nullptr) return number;
    kept = block;
    checked_.erase(block->hash);
    return number;
}

Archive::Number Archive::place(const Header& header, const BlockHash& hash) {
    const Number number = number_of(hash);
    Entry& entry = entries_[number];
    if (entry.placed) return number;
    entry.placed = true;
    entry.node.header = header;
    if (number == kGenesis) return number;
    const auto parent = find(header.previous);
    assert(parent && entries_[*parent].placed);
    entry.node.parent = &entries_[*parent].node;
    entry.node.height = entry.node.parent->height + 1;
    entry.node.skip = ancestor(entry.node.parent, skip_height(entry.node.height));
    return number;
}

void Archive::learn(Number number, const Shared<BlockDelta>& delta) {
    Entry& entry = entries_[number];
    if (entry.delta != nullptr) return;
    assert(entry.placed && entry.node.parent != nullptr);
    entry.delta = delta;
    for (const auto& [point, coin] : delta->spent)
        lives_.try_emplace(point).first->spent.push_back(&entry.node);
    for (const auto& [point, coin] : delta->made)
        lives_.try_emplace(point).first->made.push_back({&entry.node, &coin});
    entry.coins = entries_[*find(entry.node.header.previous)].coins + delta->made.size() -
                  delta->spent.size();
}

const Coin* Archive::coin_at(const OutPoint& point, Number boundary) const {
    const Life* life = lives_.find(point);
    if (life == nullptr) return nullptr;
    const HeaderNode* tip = &entries_[boundary].node;
    const auto gone = [&](const HeaderNode* spender) { return below(spender, tip); };
    if (std::ranges::any_of(life->spent, gone)) return nullptr;
    const auto here =
        std::ranges::find_if(life->made, [&](const Making& made) { return below(made.node, tip); });
    return here == life->made.end() ? nullptr : here->coin;
}

void Archive::each_coin_at(Number boundary,
                           const std::function<bool(const OutPoint&, const Coin&)>& visit) const {
    std::vector<const BlockDelta*> chain;
    for (const HeaderNode* node = &entries_[boundary].node; node->parent != nullptr;
         node = node->parent)
        chain.push_back(entries_[*find(node->hash)].delta.get());
    std::map<OutPoint, const Coin*> coins;
    for (; !chain.empty(); chain.pop_back()) {
        for (const auto& [point, coin] : chain.back()->spent)
            coins.erase(point);
        for (const auto& [point, coin] : chain.back()->made)
            coins[point] = &coin;
    }
    for (const auto& [point, coin] : coins) {
        if (!visit(point, *coin)) return;
    }
}

}  // namespace starling::sim
