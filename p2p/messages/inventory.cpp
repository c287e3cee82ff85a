#include "p2p/messages/inventory.h"

#include <algorithm>
#include <cassert>

namespace starling::p2p {

void encode_items(Writer& out, const std::vector<InventoryItem>& items) {
    assert(items.size() <= kInventoryItemsMax);
    out.reserve(out.size() + 3 + items.size() * 36);
    out.compact_size(items.size());
    for (const InventoryItem& item : items) {
        out.u32(item.type);
        out.bytes(item.hash);
    }
}

std::vector<InventoryItem> decode_items(Reader& in) {
    const std::uint64_t count = in.compact_size(kInventoryItemsMax);
    std::vector<InventoryItem> items;
    // By what is there, not by what is claimed.
    items.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(count, in.remaining() / 36)));
    for (std::uint64_t i = 0; i < count && !in.failed(); ++i) {
        InventoryItem item;
        item.type = in.u32();
        item.hash = in.array<32>();
        items.push_back(item);
    }
    return items;
}

}  // namespace starling::p2p
