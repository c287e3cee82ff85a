#pragma once

#include "p2p/messages/inventory.h"

#include <string>
#include <string_view>
#include <vector>

namespace starling::p2p {

// Asks for blocks or transactions; answered by each or by notfound.
struct GetData {
    static constexpr std::string_view kCommand = "getdata";

    std::vector<InventoryItem> items;  // at most kInventoryItemsMax

    void encode(Writer& out) const { encode_items(out, items); }
    static Result<GetData, std::string> decode(Reader& in) { return GetData{decode_items(in)}; }

    friend bool operator==(const GetData&, const GetData&) = default;
};

}  // namespace starling::p2p
