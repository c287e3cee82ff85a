#include "chain/tables.h"

#include "consensus/serialize.h"

#include <algorithm>
#include <cassert>

namespace starling::chain {
namespace {

void put_big_endian(std::uint8_t* out, std::uint32_t value) {
    for (unsigned i = 0; i < 4; ++i)
        out[i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
}

std::uint32_t big_endian(const std::uint8_t* in) {
    return std::uint32_t{in[0]} << 24 | std::uint32_t{in[1]} << 16 | std::uint32_t{in[2]} << 8 |
           in[3];
}

// The key of a row after the first.
Bytes row_key(ByteView key, std::size_t row) {
    Bytes out(key.begin(), key.end());
    out.push_back(static_cast<std::uint8_t>(row >> 8));
    out.push_back(static_cast<std::uint8_t>(row));
    return out;
}

// A delta over this could not be that of a block.
constexpr std::size_t kRowsMax = 65'535;

}  // namespace

ByteView view_of(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

CoinKey coin_key(const OutPoint& point) {
    CoinKey key;
    std::ranges::copy(point.txid.bytes, key.begin());
    put_big_endian(key.data() + 32, point.index);
    return key;
}

OutPoint outpoint_of(ByteView coin_key) {
    assert(coin_key.size() == CoinKey{}.size());
    OutPoint point;
    std::copy_n(coin_key.begin(), 32, point.txid.bytes.begin());
    point.index = big_endian(coin_key.data() + 32);
    return point;
}

HeaderKey header_key(Height height, const BlockHash& hash) {
    HeaderKey key;
    put_big_endian(key.data(), static_cast<std::uint32_t>(height.value));
    std::ranges::copy(hash.bytes, key.begin() + 4);
    return key;
}

BlockHash hash_of_header_key(ByteView key) {
    assert(key.size() == HeaderKey{}.size());
    BlockHash hash;
    std::copy_n(key.begin() + 4, 32, hash.bytes.begin());
    return hash;
}

HeightKey height_key(Height height) {
    HeightKey key;
    put_big_endian(key.data(), static_cast<std::uint32_t>(height.value));
    return key;
}

Height height_of(ByteView height_key) {
    assert(height_key.size() >= HeightKey{}.size());
    return {static_cast<std::int32_t>(big_endian(height_key.data()))};
}

Bytes encode_header_row(const Header& header, Validity validity) {
    Writer out;
    out.reserve(Header::kSize + 1);
    encode(out, header);
    out.u8(static_cast<std::uint8_t>(validity));
    return out.take();
}

std::optional<Loaded::StoredHeader> decode_header_row(ByteView value) {
    Reader in(value);
    const auto header = decode_header(in);
    const std::uint8_t validity = in.u8();
    if (!header || !in.finished()) return std::nullopt;
    if (validity > static_cast<std::uint8_t>(Validity::invalid)) return std::nullopt;
    return Loaded::StoredHeader{header.value(), Validity{validity}, false};
}

Bytes encode_place(const Place& place) {
    Writer out;
    out.u32(place.segment);
    out.u64(place.offset);
    out.u32(place.size);
    out.bytes(place.checksum);
    return out.take();
}

std::optional<Place> decode_place(ByteView value) {
    Reader in(value);
    Place place{in.u32(), in.u64(), in.u32(), in.array<8>()};
    if (!in.finished()) return std::nullopt;
    return place;
}

Bytes encode_end(SegmentEnd end) {
    Writer out;
    out.u32(end.segment);
    out.u64(end.offset);
    return out.take();
}

std::optional<SegmentEnd> decode_end(ByteView value) {
    Reader in(value);
    SegmentEnd end{in.u32(), in.u64()};
    if (!in.finished()) return std::nullopt;
    return end;
}

Bytes gather_rows(const lmdb::Transaction& transaction,
                  lmdb::Table table,
                  ByteView key,
                  ByteView first) {
    Bytes value(first.begin(), first.end());
    bool more = goes_on(first);
    for (std::size_t row = 1; more; ++row) {
        const auto found = transaction.find(table, row_key(key, row));
        if (!found) break;  // the decoder of the value will notice
        value.insert(value.end(), found->begin(), found->end());
        more = goes_on(*found);
    }
    return value;
}

void put_rows(lmdb::Cursor& cursor, ByteView key, ByteView value, At at) {
    assert(value.size() / kRowBytesMax < kRowsMax);
    bool more = true;
    for (std::size_t row = 0; more; ++row) {
        const ByteView part = value.first(std::min(value.size(), kRowBytesMax));
        const Bytes later_key = row == 0 ? Bytes{} : row_key(key, row);
        const ByteView part_key = row == 0 ? key : ByteView(later_key);
        if (at == At::the_end)
            cursor.append(part_key, part);
        else
            cursor.put(part_key, part);
        value = value.subspan(part.size());
        more = goes_on(part);
    }
}

bool erase_rows(lmdb::Cursor& cursor, ByteView key) {
    if (!cursor.seek(key)) return false;
    bool more = goes_on(cursor.value());
    cursor.erase();
    for (std::size_t row = 1; more && cursor.seek(row_key(key, row)); ++row) {
        more = goes_on(cursor.value());
        cursor.erase();
    }
    return true;
}

}  // namespace starling::chain
