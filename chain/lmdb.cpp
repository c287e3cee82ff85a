#include "chain/lmdb.h"

#include "chain/file.h"
#include "chain/store_error.h"

#include <lmdb.h>

#include <cerrno>

namespace starling::chain::lmdb {
namespace {

// Below this a refused map is a failure: the state would soon not fit.
constexpr std::size_t kMapBytesLeast = std::size_t{1} << 30;

[[noreturn]] void fail(int code, const std::string& folder) {
    if (code > 0) throw StoreError(describe_failure("write the state in", folder, code));
    if (code == MDB_MAP_FULL)
        throw StoreError("the state in " + folder +
                         " has reached the size of its map; start with a larger one, nothing is "
                         "lost");
    if (code == MDB_CORRUPTED || code == MDB_PAGE_NOTFOUND || code == MDB_INVALID)
        throw StoreError("the state in " + folder + " is damaged (" + mdb_strerror(code) +
                         "); restore it from a copy, or delete the network's folder to "
                         "synchronise again");
    throw StoreError("the state in " + folder + " failed: " + mdb_strerror(code));
}

void check(int code, const std::string& folder) {
    if (code != MDB_SUCCESS) fail(code, folder);
}

MDB_val to_value(ByteView bytes) {
    // LMDB's C interface takes no const, but only reads what it is given here.
    return {bytes.size(), const_cast<std::uint8_t*>(bytes.data())};
}

ByteView to_view(const MDB_val& value) {
    return {static_cast<const std::uint8_t*>(value.mv_data), value.mv_size};
}

// LMDB wants a fresh environment after a failed open.
int open_environment(const std::string& folder, std::size_t map_bytes, MDB_env** out) {
    check(mdb_env_create(out), folder);
    check(mdb_env_set_mapsize(*out, map_bytes), folder);
    check(mdb_env_set_maxdbs(*out, Environment::kTablesMax), folder);
    check(mdb_env_set_maxreaders(*out, Environment::kReadersMax), folder);
    // Durable: neither NOSYNC nor NOMETASYNC. No WRITEMAP: a full disk would be a SIGBUS.
    const int code = mdb_env_open(*out, folder.c_str(), MDB_NOTLS | MDB_NORDAHEAD, 0644);
    if (code != MDB_SUCCESS) mdb_env_close(*out);
    return code;
}

}  // namespace

Environment::Environment(const std::filesystem::path& folder, std::size_t map_bytes)
    : folder_(folder.string()) {
    int code = open_environment(folder_, map_bytes, &env_);
    while (code == ENOMEM && map_bytes / 2 >= kMapBytesLeast) {
        map_bytes /= 2;
        code = open_environment(folder_, map_bytes, &env_);
    }
    check(code, folder_);
    int dead = 0;  // slots of readers whose process was killed would hold old pages
    check(mdb_reader_check(env_, &dead), folder_);
}

Environment::~Environment() {
    mdb_env_close(env_);
}

Transaction::Transaction(const Environment& environment, Mode mode) : folder_(environment.folder_) {
    check(mdb_txn_begin(environment.env_, nullptr, mode == Mode::read ? MDB_RDONLY : 0, &txn_),
          folder_);
}

Transaction::~Transaction() {
    if (txn_ != nullptr) mdb_txn_abort(txn_);
}

Table Transaction::open_table(const char* name) {
    Table table;
    check(mdb_dbi_open(txn_, name, MDB_CREATE, &table.handle), folder_);
    return table;
}

std::optional<ByteView> Transaction::find(Table table, ByteView key) const {
    MDB_val k = to_value(key);
    MDB_val v{};
    const int code = mdb_get(txn_, table.handle, &k, &v);
    if (code == MDB_NOTFOUND) return std::nullopt;
    check(code, folder_);
    return to_view(v);
}

void Transaction::put(Table table, ByteView key, ByteView value) {
    MDB_val k = to_value(key);
    MDB_val v = to_value(value);
    check(mdb_put(txn_, table.handle, &k, &v, 0), folder_);
}

bool Transaction::erase(Table table, ByteView key) {
    MDB_val k = to_value(key);
    const int code = mdb_del(txn_, table.handle, &k, nullptr);
    if (code == MDB_NOTFOUND) return false;
    check(code, folder_);
    return true;
}

void Transaction::clear(Table table) {
    check(mdb_drop(txn_, table.handle, 0), folder_);
}

std::size_t Transaction::rows(Table table) const {
    MDB_stat stat{};
    check(mdb_stat(txn_, table.handle, &stat), folder_);
    return stat.ms_entries;
}

void Transaction::commit() {
    const int code = mdb_txn_commit(txn_);  // ends the transaction even if it fails
    txn_ = nullptr;
    check(code, folder_);
}

Cursor::Cursor(const Transaction& transaction, Table table) : folder_(transaction.folder_) {
    check(mdb_cursor_open(transaction.txn_, table.handle, &cursor_), folder_);
}

Cursor::~Cursor() {
    mdb_cursor_close(cursor_);
}

bool Cursor::first() {
    return move(MDB_FIRST, {});
}

bool Cursor::last() {
    return move(MDB_LAST, {});
}

bool Cursor::next() {
    return move(MDB_NEXT, {});
}

bool Cursor::seek(ByteView key) {
    return move(MDB_SET_KEY, key);
}

bool Cursor::seek_from(ByteView key) {
    return move(MDB_SET_RANGE, key);
}

bool Cursor::move(int operation, ByteView key) {
    MDB_val k = to_value(key);
    MDB_val v{};
    const int code = mdb_cursor_get(cursor_, &k, &v, static_cast<MDB_cursor_op>(operation));
    if (code == MDB_NOTFOUND) return false;
    check(code, folder_);
    key_ = to_view(k);
    value_ = to_view(v);
    return true;
}

void Cursor::put(ByteView key, ByteView value) {
    store(key, value, 0);
}

void Cursor::append(ByteView key, ByteView value) {
    store(key, value, MDB_APPEND);
}

void Cursor::store(ByteView key, ByteView value, unsigned flags) {
    MDB_val k = to_value(key);
    MDB_val v = to_value(value);
    check(mdb_cursor_put(cursor_, &k, &v, flags), folder_);
}

void Cursor::erase() {
    check(mdb_cursor_del(cursor_, 0), folder_);
}

}  // namespace starling::chain::lmdb
