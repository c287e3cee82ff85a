#include "consensus/header_node.h"

#include <algorithm>
#include <array>
#include <cassert>

namespace starling {

namespace {

std::int32_t without_lowest_bit(std::int32_t n) {
    return n & (n - 1);
}

// Whether the skip pointer is the way down to `height`: only if it does not jump past it, and the
// parent's skip would not bring us nearer.
bool skip_helps(Height from, Height height) {
    const Height skip = skip_height(from);
    const Height parent_skip = skip_height(from - 1);
    return skip == height || (skip > height && !(parent_skip < skip - 2 && parent_skip >= height));
}

}  // namespace

const HeaderNode* ancestor(const HeaderNode* node, Height height) {
    if (node == nullptr || height > node->height || height < Height{0}) return nullptr;
    while (node->height != height) {
        const bool skip = node->skip != nullptr && skip_helps(node->height, height);
        node = skip ? node->skip : node->parent;
        assert(node != nullptr);
    }
    return node;
}

const HeaderNode* fork_point(const HeaderNode* a, const HeaderNode* b) {
    const Height lower = std::min(a->height, b->height);
    a = ancestor(a, lower);
    b = ancestor(b, lower);
    while (a != b) {
        // Equal heights have skips to equal heights; the fork lies at or below different ones.
        const bool skip = a->skip != b->skip && a->skip != nullptr && b->skip != nullptr;
        a = skip ? a->skip : a->parent;
        b = skip ? b->skip : b->parent;
        assert(a != nullptr && b != nullptr);
    }
    return a;
}

Height skip_height(Height height) {
    const std::int32_t h = height.value;
    if (h < 2) return {0};
    if (h % 2 == 0) return {without_lowest_bit(h)};
    return {without_lowest_bit(without_lowest_bit(h - 1)) + 1};
}

std::uint32_t median_time_past(const HeaderNode* node) {
    constexpr std::size_t kSpan = 11;
    std::array<std::uint32_t, kSpan> times{};
    std::size_t count = 0;
    for (; node != nullptr && count < kSpan; node = node->parent)
        times[count++] = node->header.time;
    assert(count > 0);
    const auto middle = times.begin() + static_cast<std::ptrdiff_t>(count / 2);
    std::nth_element(times.begin(), middle, times.begin() + static_cast<std::ptrdiff_t>(count));
    return *middle;
}

}  // namespace starling
