#include "chain/lmdb_store.h"

#include "chain/batch_writer.h"
#include "chain/coin_codec.h"
#include "chain/delta_codec.h"
#include "chain/recovery.h"
#include "chain/transaction_index.h"
#include "consensus/check_block.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace starling::chain {
namespace {

namespace fs = std::filesystem;

// Gives the path back, so that folders are there before the members that need them.
const fs::path& made(const fs::path& folder, FileSystem& files) {
    files.make_folders(folder);
    return folder;
}

Block decoded_block(ByteView body) {
    auto block = decode_block(body);
    if (!block) throw damaged_state("a block");  // its checksum was right
    return std::move(block).value();
}

// The hash and the spent coins of the block at a height of the committed chain.
struct Undo {
    BlockHash hash;
    Bytes value;
    [[nodiscard]] ByteView spent() const { return ByteView(value).subspan(32); }
};

std::optional<Undo> read_undo(const lmdb::Transaction& transaction,
                              const Tables& tables,
                              Height height) {
    const HeightKey key = height_key(height);
    const auto row = transaction.find(tables.undo, key);
    if (!row) return std::nullopt;
    if (row->size() < 32) throw damaged_state("an undo row");
    Undo undo{.hash = {}, .value = gather_rows(transaction, tables.undo, key, *row)};
    std::copy_n(undo.value.begin(), 32, undo.hash.bytes.begin());
    return undo;
}

std::optional<BlockHash> hash_at(const lmdb::Transaction& transaction,
                                 const Tables& tables,
                                 Height height) {
    const auto row = transaction.find(tables.undo, height_key(height));
    if (!row || row->size() < 32) return std::nullopt;
    BlockHash hash;
    std::copy_n(row->begin(), 32, hash.bytes.begin());
    return hash;
}

}  // namespace

LmdbStore::LmdbStore(const fs::path& network_folder,
                     const Parameters& parameters,
                     const StoreOptions& options)
    : parameters_(parameters),
      lock_(made(network_folder, disk())),
      environment_(made(network_folder / "state", disk()), options.map_bytes),
      tables_(open_tables(environment_, network_folder / "state", parameters)),
      segments_(
          *options.files, network_folder / "blocks", parameters.magic, options.segment_bytes_max),
      transaction_index_(options.transaction_index) {
    made(network_folder / "blocks", *options.files);
    // The folders themselves must outlast a power cut.
    disk().sync_folder(network_folder / "state");
    disk().sync_folder(network_folder);
    load();
    if (transaction_index_)
        build_transaction_index();
    else
        drop_transaction_index();
}

void LmdbStore::load() {
    Boundary boundary = [&] {
        const lmdb::Transaction transaction(environment_, lmdb::Mode::read);
        return read_boundary(transaction, tables_, segments_, parameters_);
    }();
    loaded_ = std::move(boundary.loaded);
    const auto good = [&](const Shared<Bytes>& body) {
        // Witnesses too: a torn body must not come back as an invalid block.
        const auto checked = check_block(body, parameters_);
        return checked.ok() && !checked.value()->witness_fault;
    };
    for (auto& [place, body] : segments_.recover(boundary.end, good)) {
        Reader header(*body);
        const BlockHash hash = hash_of(decode_header(header).value());
        if (place_of(hash)) continue;
        appended_.add(hash, place);
        loaded_.tail.push_back(std::move(body));
    }
}

void LmdbStore::build_transaction_index() {
    // Read transactions and their pages are held for this many bytes of blocks at a time.
    constexpr std::size_t kBytesPerCommit = 64u << 20;
    const auto known = [&] {
        const lmdb::Transaction transaction(environment_, lmdb::Mode::read);
        return transaction.find(tables_.meta, view_of(meta::kTransactionIndex)).has_value();
    };
    if (known()) return;
    Height height{1};
    for (bool complete = false; !complete;) {
        lmdb::Transaction transaction(environment_, lmdb::Mode::write);
        // A build that was cut short begins again: only a complete index has its mark.
        if (height == Height{1}) transaction.clear(tables_.transactions);
        for (std::size_t bytes = 0; bytes < kBytesPerCommit; height = height + 1) {
            const auto hash = hash_at(transaction, tables_, height);
            complete = !hash;
            if (complete) break;
            const auto bytes_of_block = body(*hash);
            if (!bytes_of_block) throw damaged_state("the place of block " + to_string(*hash));
            index_transactions(transaction, tables_.transactions, decoded_block(*bytes_of_block),
                               height);
            bytes += bytes_of_block->size();
        }
        if (complete) transaction.put(tables_.meta, view_of(meta::kTransactionIndex), {});
        transaction.commit();
    }
}

void LmdbStore::drop_transaction_index() {
    lmdb::Transaction transaction(environment_, lmdb::Mode::write);
    transaction.erase(tables_.meta, view_of(meta::kTransactionIndex));
    if (transaction.rows(tables_.transactions) > 0) transaction.clear(tables_.transactions);
    transaction.commit();
}

std::optional<Coin> LmdbStore::find_coin(const lmdb::Transaction& transaction,
                                         const OutPoint& point) const {
    const CoinKey key = coin_key(point);
    const auto row = transaction.find(tables_.coins, key);
    if (!row) return std::nullopt;
    return decoded_coin(transaction, key, *row);
}

Coin LmdbStore::decoded_coin(const lmdb::Transaction& transaction,
                             ByteView key,
                             ByteView first_row) const {
    auto coin = goes_on(first_row)
                    ? decode_coin(gather_rows(transaction, tables_.coins, key, first_row))
                    : decode_coin(first_row);
    if (!coin) throw damaged_state("a coin");
    return *std::move(coin);
}

std::optional<Coin> LmdbStore::coin(const OutPoint& point) const {
    const lmdb::Transaction transaction(environment_, lmdb::Mode::read);
    return find_coin(transaction, point);
}

std::vector<std::optional<Coin>> LmdbStore::coins(const std::vector<OutPoint>& points) const {
    // In the order of keys, so that a page is met once.
    std::vector<std::size_t> order(points.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, {}, [&](std::size_t i) -> const OutPoint& { return points[i]; });
    std::vector<std::optional<Coin>> found(points.size());
    const lmdb::Transaction transaction(environment_, lmdb::Mode::read);
    for (const std::size_t i : order)
        found[i] = find_coin(transaction, points[i]);
    return found;
}

std::optional<Place> LmdbStore::place_of(const BlockHash& hash) const {
    // First those that are not committed: a commit forgets them only when its rows can be read.
    if (auto place = appended_.find(hash)) return place;
    const lmdb::Transaction transaction(environment_, lmdb::Mode::read);
    const auto row = transaction.find(tables_.bodies, hash.bytes);
    return row ? decode_place(*row) : std::nullopt;
}

Shared<Bytes> LmdbStore::body(const BlockHash& hash) const {
    if (hash == parameters_.genesis_hash)
        return std::make_shared<const Bytes>(serialized(parameters_.genesis));
    const auto place = place_of(hash);
    return place ? segments_.read(*place) : nullptr;
}

Shared<BlockDelta> LmdbStore::delta(const HeaderNode& node) const {
    const auto undo = [&] {
        const lmdb::Transaction transaction(environment_, lmdb::Mode::read);
        return read_undo(transaction, tables_, node.height);
    }();
    if (!undo || undo->hash != node.hash) return nullptr;
    auto spent = decode_spent(undo->spent());
    const auto block_bytes = body(node.hash);
    if (!spent || !block_bytes) throw damaged_state("undo data of block " + to_string(node.hash));
    auto delta = std::make_shared<BlockDelta>();
    delta->spent = *std::move(spent);
    delta->made = coins_made(decoded_block(*block_bytes), node.height);
    return delta;
}

std::optional<TransactionPlace> LmdbStore::find_transaction(const Txid& txid) const {
    if (!transaction_index_) return std::nullopt;
    const lmdb::Transaction transaction(environment_, lmdb::Mode::read);
    const auto place = find_indexed(transaction, tables_.transactions, txid);
    if (!place) return std::nullopt;
    const auto hash = hash_at(transaction, tables_, place->height);
    if (!hash) throw damaged_state("the index of transaction " + to_string(txid));
    return TransactionPlace{.block = *hash, .index = place->index};
}

BlockHash LmdbStore::each_coin(
    const std::function<bool(const OutPoint&, const Coin&)>& visit) const {
    const lmdb::Transaction transaction(environment_, lmdb::Mode::read);
    lmdb::Cursor cursor(transaction, tables_.coins);
    for (bool more = cursor.first(); more; more = cursor.next()) {
        if (cursor.key().size() != CoinKey{}.size()) continue;  // goes on a long one
        const Coin coin = decoded_coin(transaction, cursor.key(), cursor.value());
        if (!visit(outpoint_of(cursor.key()), coin)) break;
    }
    return read_tip(transaction, tables_);
}

void LmdbStore::append(const Shared<CheckedBlock>& block) {
    if (place_of(block->hash)) return;
    appended_.add(block->hash, segments_.append(*block->bytes));
}

void LmdbStore::commit(const Batch& batch) {
    segments_.sync();
    lmdb::Transaction transaction(environment_, lmdb::Mode::write);
    BatchWriter writer(transaction, tables_, transaction_index_,
                       [this](const Place& place) { return segments_.read(place); });
    writer.write(batch, appended_.all(), segments_.end());
    transaction.commit();
    appended_.forget_all();
}

}  // namespace starling::chain
