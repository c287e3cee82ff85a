#include "node/import_order.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <queue>
#include <set>

namespace starling::node {

namespace {

using Index = std::uint32_t;

// Indices sorted by a hash of their block, and looked up by it: half the memory of a map.
class ByHash {
public:
    template <class Key>
    ByHash(std::size_t count, Key key) : key_(key), sorted_(count) {
        std::iota(sorted_.begin(), sorted_.end(), Index{0});
        std::ranges::stable_sort(sorted_, {}, key_);
    }
    [[nodiscard]] auto equal_range(const BlockHash& hash) const {
        return std::ranges::equal_range(sorted_, hash, {}, key_);
    }

private:
    std::function<const BlockHash&(Index)> key_;
    std::vector<Index> sorted_;
};

}  // namespace

std::vector<Index> import_order(const std::vector<FoundBlock>& blocks) {
    const ByHash by_hash(blocks.size(),
                         [&](Index i) -> const BlockHash& { return blocks[i].hash; });
    const ByHash by_parent(blocks.size(),
                           [&](Index i) -> const BlockHash& { return blocks[i].header.previous; });
    std::priority_queue<Index, std::vector<Index>, std::greater<>> ready;
    for (Index i = 0; i < blocks.size(); ++i) {
        if (by_hash.equal_range(blocks[i].header.previous).empty()) ready.push(i);
    }
    std::vector<Index> order;
    order.reserve(blocks.size());
    std::vector<bool> released(blocks.size());
    while (!ready.empty()) {
        const Index next = ready.top();
        ready.pop();
        order.push_back(next);
        // Of several copies of one block the first releases its children, once.
        const auto copies = by_hash.equal_range(blocks[next].hash);
        if (released[copies.front()]) continue;
        released[copies.front()] = true;
        for (const Index child : by_parent.equal_range(blocks[next].hash))
            ready.push(child);
    }
    return order;
}

}  // namespace starling::node
