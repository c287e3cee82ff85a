#pragma once

#include "chain/segments.h"
#include "chain/store_error.h"
#include "chain/tables.h"
#include "consensus/parameters.h"

#include <filesystem>
#include <string>

namespace starling::chain {

// Opens the tables of a state, or makes them in a new one. StoreError, and nothing is changed, if
// they belong to another network or to a newer version of the program.
Tables open_tables(const lmdb::Environment& environment,
                   const std::filesystem::path& folder,
                   const Parameters& parameters);

// A block boundary as it was committed, without the tail.
struct Boundary {
    Loaded loaded;
    SegmentEnd end;  // bodies below it are committed
};

// Reads headers, which of them have bodies, and the tip, in one pass. StoreError if a segment lacks
// something that is committed; looks only at sizes, for a damaged body is noticed when it is read.
Boundary read_boundary(const lmdb::Transaction& transaction,
                       const Tables& tables,
                       const Segments& segments,
                       const Parameters& parameters);

BlockHash read_tip(const lmdb::Transaction& transaction, const Tables& tables);

// For rows that could not have been written by us.
StoreError damaged_state(const std::string& what);

}  // namespace starling::chain
