#pragma once

#include "chain/lmdb.h"
#include "chain/segments.h"
#include "chain/store.h"

#include <array>
#include <optional>

namespace starling::chain {

// Which tables there are in the state, and how their rows look. Integers in keys are big-endian, so
// that the order of keys is the order of values.
struct Tables {
    lmdb::Table meta;          // by name: schema, network, tip, end, transaction_index
    lmdb::Table headers;       // height, hash -> header, validity: parents first
    lmdb::Table bodies;        // hash -> Place
    lmdb::Table coins;         // txid, index -> coin
    lmdb::Table undo;          // height, chunk -> hash of the block, its spent coins
    lmdb::Table transactions;  // txid -> height, index in the block
};

// Of the layout that this header describes. Raise it with every change of a row.
constexpr std::uint32_t kSchema = 1;

namespace meta {
constexpr std::string_view kSchemaKey = "schema";
constexpr std::string_view kNetwork = "network";
constexpr std::string_view kTip = "tip";
constexpr std::string_view kEnd = "end";  // of the segments, up to which bodies are committed
constexpr std::string_view kTransactionIndex = "transaction_index";  // there if it is complete
}  // namespace meta
ByteView view_of(std::string_view text);

using CoinKey = std::array<std::uint8_t, 36>;
CoinKey coin_key(const OutPoint& point);
OutPoint outpoint_of(ByteView coin_key);
using HeaderKey = std::array<std::uint8_t, 36>;
HeaderKey header_key(Height height, const BlockHash& hash);
BlockHash hash_of_header_key(ByteView key);
using HeightKey = std::array<std::uint8_t, 4>;
HeightKey height_key(Height height);
Height height_of(ByteView height_key);

Bytes encode_header_row(const Header& header, Validity validity);
std::optional<Loaded::StoredHeader> decode_header_row(ByteView value);
Bytes encode_place(const Place& place);
std::optional<Place> decode_place(ByteView value);
Bytes encode_end(SegmentEnd end);
std::optional<SegmentEnd> decode_end(ByteView value);

// Long values are split into rows of this size, the last of which is shorter: LMDB would need
// contiguous pages for a value over about 2,000 bytes, and is slow at finding them in a fragmented
// file. The first row stands under the key, row n under the key followed by n in two bytes.
constexpr std::size_t kRowBytesMax = 1'990;

// True if a value may go on in further rows.
inline bool goes_on(ByteView row) {
    return row.size() == kRowBytesMax;
}
// The whole value whose first row is `first`.
Bytes gather_rows(const lmdb::Transaction& transaction,
                  lmdb::Table table,
                  ByteView key,
                  ByteView first);
enum class At {
    its_place,
    the_end  // the key is after every key of the table
};
// There must be no such value yet.
void put_rows(lmdb::Cursor& cursor, ByteView key, ByteView value, At at);
// False if there is no such value.
bool erase_rows(lmdb::Cursor& cursor, ByteView key);

}  // namespace starling::chain
