#include "chain/recovery.h"

#include "consensus/serialize.h"

#include <algorithm>
#include <map>
#include <vector>

namespace starling::chain {
namespace {

Bytes number_row(std::uint32_t value) {
    Writer out;
    out.u32(value);
    return out.take();
}

Bytes network_row(const Parameters& parameters) {
    Writer out;
    out.bytes(parameters.magic);
    out.bytes(parameters.genesis_hash.bytes);
    return out.take();
}

void check_schema(ByteView row, const std::filesystem::path& folder) {
    Reader in(row);
    const std::uint32_t schema = in.u32();
    if (schema == kSchema && in.finished()) return;
    throw StoreError("the state in " + folder.string() + " has layout " + std::to_string(schema) +
                     ", this starlingd knows " + std::to_string(kSchema) +
                     "; run the version that wrote it, or choose another --datadir");
}

void check_network(std::optional<ByteView> row,
                   const std::filesystem::path& folder,
                   const Parameters& parameters) {
    if (row && std::ranges::equal(*row, network_row(parameters))) return;
    throw StoreError("the state in " + folder.string() + " belongs to another network than " +
                     parameters.name + "; choose another --datadir");
}

using Places = std::vector<std::pair<BlockHash, Place>>;  // sorted by hash

Places read_places(const lmdb::Transaction& transaction, const Tables& tables) {
    Places places;
    places.reserve(transaction.rows(tables.bodies));
    lmdb::Cursor cursor(transaction, tables.bodies);
    for (bool more = cursor.first(); more; more = cursor.next()) {
        const auto place = decode_place(cursor.value());
        if (!place || cursor.key().size() != 32) throw damaged_state("a place of a body");
        places.emplace_back(BlockHash{}, *place);
        std::ranges::copy(cursor.key(), places.back().first.bytes.begin());
    }
    return places;
}

void require_places(const Places& places, SegmentEnd end, const Segments& segments) {
    std::map<std::uint32_t, std::uint64_t> ends;
    for (const auto& [hash, place] : places) {
        std::uint64_t& greatest = ends[place.segment];
        greatest = std::max(greatest, place.end().offset);
    }
    if (end != SegmentEnd{}) ends[end.segment] = end.offset;
    for (const auto& [segment, offset] : ends)
        segments.require({segment, offset});
}

}  // namespace

Tables open_tables(const lmdb::Environment& environment,
                   const std::filesystem::path& folder,
                   const Parameters& parameters) {
    lmdb::Transaction transaction(environment, lmdb::Mode::write);
    Tables tables;
    tables.meta = transaction.open_table("meta");
    const auto schema = transaction.find(tables.meta, view_of(meta::kSchemaKey));
    if (schema) {
        check_schema(*schema, folder);
        check_network(transaction.find(tables.meta, view_of(meta::kNetwork)), folder, parameters);
    }
    const bool fresh = !schema;
    tables.headers = transaction.open_table("headers");
    tables.bodies = transaction.open_table("bodies");
    tables.coins = transaction.open_table("coins");
    tables.undo = transaction.open_table("undo");
    tables.transactions = transaction.open_table("transactions");
    if (fresh) {
        transaction.put(tables.meta, view_of(meta::kSchemaKey), number_row(kSchema));
        transaction.put(tables.meta, view_of(meta::kNetwork), network_row(parameters));
        transaction.put(tables.meta, view_of(meta::kTip), parameters.genesis_hash.bytes);
        transaction.put(tables.meta, view_of(meta::kEnd), encode_end({}));
    }
    transaction.commit();
    return tables;
}

Boundary read_boundary(const lmdb::Transaction& transaction,
                       const Tables& tables,
                       const Segments& segments,
                       const Parameters& parameters) {
    const auto end_row = transaction.find(tables.meta, view_of(meta::kEnd));
    const auto end = end_row ? decode_end(*end_row) : std::nullopt;
    if (!end) throw damaged_state("the end of the segments");
    const Places places = read_places(transaction, tables);
    require_places(places, *end, segments);

    Boundary boundary{.loaded = {}, .end = *end};
    Loaded& loaded = boundary.loaded;
    loaded.tip = read_tip(transaction, tables);
    loaded.coins = transaction.rows(tables.coins);
    loaded.headers.reserve(transaction.rows(tables.headers));
    lmdb::Cursor cursor(transaction, tables.headers);
    for (bool more = cursor.first(); more; more = cursor.next()) {
        auto header = decode_header_row(cursor.value());
        if (!header || cursor.key().size() != HeaderKey{}.size()) throw damaged_state("a header");
        const BlockHash hash = hash_of_header_key(cursor.key());
        if (hash == parameters.genesis_hash) continue;
        header->has_body = std::ranges::binary_search(places, hash, {}, &Places::value_type::first);
        loaded.headers.push_back(*header);
    }
    return boundary;
}

BlockHash read_tip(const lmdb::Transaction& transaction, const Tables& tables) {
    const auto row = transaction.find(tables.meta, view_of(meta::kTip));
    BlockHash tip;
    if (!row || row->size() != tip.bytes.size()) throw damaged_state("the tip");
    std::ranges::copy(*row, tip.bytes.begin());
    return tip;
}

StoreError damaged_state(const std::string& what) {
    return StoreError("the state is damaged: " + what +
                      " is not readable; restore it from a copy, or delete the network's folder to "
                      "synchronise again");
}

}  // namespace starling::chain
