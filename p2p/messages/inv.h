#pragma once

#include "p2p/messages/inventory.h"

#include <string>
#include <string_view>
#include <vector>

namespace starling::p2p {

// Announces blocks or transactions that the sender has.
struct Inv {
    static constexpr std::string_view kCommand = "inv";

    std::vector<InventoryItem> items;  // at most kInventoryItemsMax

    void encode(Writer& out) const { encode_items(out, items); }
    static Result<Inv, std::string> decode(Reader& in) { return Inv{decode_items(in)}; }

    friend bool operator==(const Inv&, const Inv&) = default;
};

}  // namespace starling::p2p
