#pragma once

#include "consensus/coin.h"
#include "consensus/header_node.h"
#include "node/rpc/json_writer.h"

#include <map>
#include <optional>
#include <string_view>

namespace starling::rpc {

// Where a block stands, as of the moment it was asked for.
struct BlockPlace {
    const HeaderNode* node = nullptr;
    std::int32_t confirmations = 0;  // 1 for the tip; -1 beside the chain
    std::optional<BlockHash> next;
    std::size_t transactions = 0;
};

// What a verbosity of getblock shows of each transaction.
enum class BlockDetail { txids, transactions, prevouts };

// Write the fields of a header, or of a block, into an open object.
void write_header(JsonWriter& out, const BlockPlace& place);
// `spent` holds the coins from before the block that it spends; null if they are not known (then
// no fees are shown).
void write_block(JsonWriter& out,
                 const BlockPlace& place,
                 const Block& block,
                 BlockDetail detail,
                 const std::map<OutPoint, Coin>* spent,
                 std::string_view address_prefix);

// How many times harder than Bitcoin's easiest target; for show only.
double difficulty(std::uint32_t bits);
std::string bits_hex(std::uint32_t bits);
std::string target_hex(std::uint32_t bits);

}  // namespace starling::rpc
