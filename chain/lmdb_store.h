#pragma once

#include "chain/appended_places.h"
#include "chain/file.h"
#include "chain/lmdb.h"
#include "chain/segments.h"
#include "chain/store.h"
#include "chain/tables.h"
#include "consensus/parameters.h"

#include <filesystem>

namespace starling::chain {

struct StoreOptions {
    bool transaction_index = false;
    // Address space for the state, not disk: 1 TiB is more than it will ever need, and growing a
    // map would have to wait for every reader.
    std::size_t map_bytes = std::size_t{1} << 40;
    FileSystem* files = &disk();  // of the segments
    std::uint64_t segment_bytes_max = Segments::kSegmentBytesMax;
};

// Keeps the ledger on disk: bodies in segments (`blocks/`), everything else in one LMDB environment
// (`state/`), which a commit moves from one block boundary to another.
//
// Invariants:
//   - a commit syncs the segments before it commits what points into them;
//   - what commit() returned from is there after a power cut, and nothing of a commit that did not
//     return is, whatever the instant; bodies that were appended after it come back as the tail;
//   - one process uses the folder.
// Opening reads headers and places in one pass and checks the tail; nothing is ever repaired.
class LmdbStore final : public Store {
public:
    // Opens the store of a network in its folder, or makes it. Turning the transaction index on for
    // an existing store builds it now, which reads every block; turning it off drops it. Throws
    // StoreError.
    LmdbStore(const std::filesystem::path& network_folder,
              const Parameters& parameters,
              const StoreOptions& options = {});

    // What was found at opening; once, for the chain state.
    [[nodiscard]] Loaded take_loaded() { return std::move(loaded_); }

    [[nodiscard]] std::optional<Coin> coin(const OutPoint& point) const override;
    [[nodiscard]] std::vector<std::optional<Coin>> coins(
        const std::vector<OutPoint>& points) const override;
    [[nodiscard]] Shared<Bytes> body(const BlockHash& hash) const override;
    [[nodiscard]] Shared<BlockDelta> delta(const HeaderNode& node) const override;
    [[nodiscard]] std::optional<TransactionPlace> find_transaction(const Txid&) const override;
    [[nodiscard]] bool has_transaction_index() const override { return transaction_index_; }
    BlockHash each_coin(
        const std::function<bool(const OutPoint&, const Coin&)>& visit) const override;

    void append(const Shared<CheckedBlock>& block) override;
    void commit(const Batch& batch) override;

private:
    void load();
    void build_transaction_index();
    void drop_transaction_index();
    [[nodiscard]] std::optional<Place> place_of(const BlockHash& hash) const;
    [[nodiscard]] std::optional<Coin> find_coin(const lmdb::Transaction& transaction,
                                                const OutPoint& point) const;
    [[nodiscard]] Coin decoded_coin(const lmdb::Transaction& transaction,
                                    ByteView key,
                                    ByteView first_row) const;

    const Parameters& parameters_;
    FolderLock lock_;
    lmdb::Environment environment_;
    Tables tables_;
    Segments segments_;
    AppendedPlaces appended_;
    bool transaction_index_ = false;
    Loaded loaded_;
};

}  // namespace starling::chain
