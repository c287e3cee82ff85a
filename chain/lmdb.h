#pragma once

#include "consensus/bytes.h"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>

struct MDB_env;
struct MDB_txn;
struct MDB_cursor;

// The room's only door to LMDB: its handles as owners, its error codes as StoreErrors that say what
// to do. Absence is a value, never an error.
namespace starling::chain::lmdb {

struct Table {
    unsigned handle = 0;
};

// One environment: a folder with data.mdb and lock.mdb. Open it once per process, never across a
// fork.
class Environment {
public:
    // Reads of one moment: workers and RPC answers, each for the length of one read.
    static constexpr unsigned kReadersMax = 512;
    static constexpr unsigned kTablesMax = 16;

    // `map_bytes` is address space, not disk: the greatest size that the file may ever have. Where
    // the machine refuses so much, less is taken.
    Environment(const std::filesystem::path& folder, std::size_t map_bytes);
    ~Environment();
    Environment(const Environment&) = delete;
    Environment& operator=(const Environment&) = delete;

private:
    friend class Transaction;
    MDB_env* env_ = nullptr;
    std::string folder_;
};

enum class Mode { read, write };

// One view of the environment at one moment (read), or one change of it (write), which is undone
// unless commit() returned. Views into rows live until the next write or the end.
class Transaction {
public:
    Transaction(const Environment& environment, Mode mode);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

    // Opens a table, made if absent. Its handle is good for all transactions after the commit.
    Table open_table(const char* name);
    [[nodiscard]] std::optional<ByteView> find(Table table, ByteView key) const;
    void put(Table table, ByteView key, ByteView value);
    // False if there was no such row.
    bool erase(Table table, ByteView key);
    void clear(Table table);
    [[nodiscard]] std::size_t rows(Table table) const;
    void commit();

private:
    friend class Cursor;
    MDB_txn* txn_ = nullptr;
    const std::string& folder_;
};

// A place in a table, within the life of its transaction. Neighbouring keys are found and written
// through it without a search from the root.
class Cursor {
public:
    Cursor(const Transaction& transaction, Table table);
    ~Cursor();
    Cursor(const Cursor&) = delete;
    Cursor& operator=(const Cursor&) = delete;

    // Each is true if the cursor now stands on a row, which key() and value() show.
    bool first();
    bool last();
    bool next();
    bool seek(ByteView key);       // exactly this row
    bool seek_from(ByteView key);  // the first row at or after the key
    [[nodiscard]] ByteView key() const { return key_; }
    [[nodiscard]] ByteView value() const { return value_; }

    void put(ByteView key, ByteView value);
    // The key must be after every key of the table: fills pages whole, without searching.
    void append(ByteView key, ByteView value);
    void erase();  // the row on which the cursor stands

private:
    bool move(int operation, ByteView key);
    void store(ByteView key, ByteView value, unsigned flags);

    MDB_cursor* cursor_ = nullptr;
    const std::string& folder_;
    ByteView key_;
    ByteView value_;
};

}  // namespace starling::chain::lmdb
