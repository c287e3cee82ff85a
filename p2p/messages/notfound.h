#pragma once

#include "p2p/messages/inventory.h"

#include <string>
#include <string_view>
#include <vector>

namespace starling::p2p {

// Answers a getdata for transactions that the sender does not have.
struct NotFound {
    static constexpr std::string_view kCommand = "notfound";

    std::vector<InventoryItem> items;  // at most kInventoryItemsMax

    void encode(Writer& out) const { encode_items(out, items); }
    static Result<NotFound, std::string> decode(Reader& in) { return NotFound{decode_items(in)}; }

    friend bool operator==(const NotFound&, const NotFound&) = default;
};

}  // namespace starling::p2p
