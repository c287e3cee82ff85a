#include "chain/coin_changes.h"

#include <algorithm>
#include <tuple>

namespace starling::chain {
namespace {

std::uint64_t prefix_of(const OutPoint& point) {
    std::uint64_t prefix = 0;
    for (std::size_t i = 0; i < 8; ++i)
        prefix = prefix << 8 | point.txid.bytes[i];
    return prefix;
}

}  // namespace

CoinChanges::CoinChanges(const std::vector<Step>& steps) {
    heap_.reserve(2 * steps.size());
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const bool connected = steps[i].kind == Step::Kind::connected;
        add(steps[i].delta->spent, i, !connected);
        add(steps[i].delta->made, i, connected);
    }
    std::ranges::make_heap(heap_, comes_later);
}

void CoinChanges::add(const std::vector<std::pair<OutPoint, Coin>>& coins,
                      std::size_t step,
                      bool puts) {
    if (coins.empty()) return;
    const auto* first = coins.data();
    heap_.push_back({prefix_of(first->first), first, first + coins.size(), step, puts});
}

bool CoinChanges::comes_later(const Source& a, const Source& b) {
    if (a.prefix != b.prefix) return a.prefix > b.prefix;
    return std::tie(a.at->first, a.step) > std::tie(b.at->first, b.step);
}

CoinChanges::Source CoinChanges::take() {
    std::ranges::pop_heap(heap_, comes_later);
    Source& source = heap_.back();
    const Source taken = source;
    ++source.at;
    if (source.at == source.end) {
        heap_.pop_back();
    } else {
        source.prefix = prefix_of(source.at->first);
        std::ranges::push_heap(heap_, comes_later);
    }
    return taken;
}

std::optional<CoinChanges::Change> CoinChanges::next() {
    while (!heap_.empty()) {
        const Source first = take();
        Source last = first;
        while (!heap_.empty() && heap_.front().at->first == first.at->first)
            last = take();
        const bool was_there = !first.puts;
        if (last.puts) return Change{&last.at->first, &last.at->second, was_there};
        if (was_there) return Change{&last.at->first, nullptr, was_there};
    }
    return std::nullopt;
}

}  // namespace starling::chain
