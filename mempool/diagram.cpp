#include "mempool/diagram.h"

#include <algorithm>
#include <cstdint>

namespace starling::mempool {

namespace {

__extension__ using Wide = __int128;

struct Point {
    std::int64_t size = 0;
    std::int64_t fee = 0;
};

std::vector<Point> points_of(std::span<const FeeRate> diagram) {
    std::vector<Point> points{{}};
    for (const FeeRate& chunk : diagram)
        points.push_back({points.back().size + chunk.size, points.back().fee + chunk.fee.units});
    return points;
}

// Whether the point lies above the diagram (1), on it (0) or below (-1).
int side_of(const Point& point, const std::vector<Point>& diagram) {
    const auto right = std::ranges::lower_bound(diagram, point.size, {}, &Point::size);
    if (right == diagram.end())
        return point.fee == diagram.back().fee ? 0 : (point.fee > diagram.back().fee ? 1 : -1);
    if (right->size == point.size)
        return point.fee == right->fee ? 0 : (point.fee > right->fee ? 1 : -1);
    const auto left = right - 1;
    const Wide risen = static_cast<Wide>(point.fee - left->fee) * (right->size - left->size);
    const Wide line = static_cast<Wide>(right->fee - left->fee) * (point.size - left->size);
    return risen == line ? 0 : (risen > line ? 1 : -1);
}

}  // namespace

Diagram merged_diagram(std::vector<FeeRate> chunks) {
    std::ranges::stable_sort(chunks, [](const FeeRate& a, const FeeRate& b) { return a > b; });
    return chunks;
}

std::partial_ordering compare_diagrams(std::span<const FeeRate> a, std::span<const FeeRate> b) {
    const std::vector<Point> points_a = points_of(a);
    const std::vector<Point> points_b = points_of(b);
    // Both are straight between points, so a difference shows at a point of one of them.
    bool a_above = false;
    bool b_above = false;
    for (const Point& point : points_a) {
        const int side = side_of(point, points_b);
        a_above |= side > 0;
        b_above |= side < 0;
    }
    for (const Point& point : points_b) {
        const int side = side_of(point, points_a);
        b_above |= side > 0;
        a_above |= side < 0;
    }
    if (a_above && b_above) return std::partial_ordering::unordered;
    if (a_above) return std::partial_ordering::greater;
    return b_above ? std::partial_ordering::less : std::partial_ordering::equivalent;
}

}  // namespace starling::mempool
