#pragma once

#include "consensus/digest.h"
#include "consensus/result.h"
#include "consensus/serialize.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace starling::p2p {

// The name of one block or transaction in inv, getdata and notfound.
struct InventoryItem {
    enum class Type : std::uint32_t {
        transaction = 1,  // by txid
        block = 2,
        wtxid = 5,                          // BIP 339
        witness_transaction = 0x4000'0001,  // BIP 144: by txid, with its witness
        witness_block = 0x4000'0002,
    };
    std::uint32_t type = 0;  // of Type, or unknown to us
    std::array<std::uint8_t, 32> hash{};

    static InventoryItem block(const BlockHash& hash) {
        return {static_cast<std::uint32_t>(Type::block), hash.bytes};
    }
    static InventoryItem witness_block(const BlockHash& hash) {
        return {static_cast<std::uint32_t>(Type::witness_block), hash.bytes};
    }
    static InventoryItem wtxid(const Wtxid& wtxid) {
        return {static_cast<std::uint32_t>(Type::wtxid), wtxid.bytes};
    }
    static InventoryItem txid(const Txid& txid) {
        return {static_cast<std::uint32_t>(Type::transaction), txid.bytes};
    }
    static InventoryItem witness_transaction(const Txid& txid) {
        return {static_cast<std::uint32_t>(Type::witness_transaction), txid.bytes};
    }
    [[nodiscard]] bool is(Type other) const { return type == static_cast<std::uint32_t>(other); }
    [[nodiscard]] bool is_block() const { return is(Type::block) || is(Type::witness_block); }
    [[nodiscard]] bool is_transaction() const {
        return is(Type::transaction) || is(Type::wtxid) || is(Type::witness_transaction);
    }

    friend bool operator==(const InventoryItem&, const InventoryItem&) = default;
};

// Bitcoin's bound on the items of one inv, getdata or notfound.
constexpr std::size_t kInventoryItemsMax = 50'000;

void encode_items(Writer& out, const std::vector<InventoryItem>& items);
// Sets `in` failed where there are more than allowed, or fewer than claimed.
std::vector<InventoryItem> decode_items(Reader& in);

}  // namespace starling::p2p
