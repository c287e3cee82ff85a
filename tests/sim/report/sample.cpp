#include "sim/report/sample.h"

#include <algorithm>

namespace starling::sim {

void Sample::add(Span span) {
    ++count_;
    if (kept_.size() < kKept) {
        kept_.push_back(span);
        return;
    }
    const std::uint64_t place = chance_.next() % count_;
    if (place < kKept) kept_[place] = span;
}

Quantiles Sample::quantiles() const {
    Quantiles out{.count = count_};
    if (kept_.empty()) return out;
    const std::vector<Span> spans = sorted();
    // The smallest value that so many of a hundred do not exceed.
    const auto at = [&](std::size_t percent) {
        return spans[(spans.size() * percent + 99) / 100 - 1];
    };
    out.p50 = at(50);
    out.p90 = at(90);
    out.p99 = at(99);
    return out;
}

std::vector<Span> Sample::sorted() const {
    std::vector<Span> out = kept_;
    std::ranges::sort(out);
    return out;
}

}  // namespace starling::sim
