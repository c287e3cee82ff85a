#pragma once

#include "consensus/header_node.h"
#include "consensus/transaction.h"

#include <cstdint>

namespace starling {

// A lock time below this is a height, from it on a time in seconds since 1970.
constexpr std::uint32_t kLockTimeThreshold = 500'000'000;

// Whether the lock time allows the transaction in a block at `height`. `time` is the median time
// past of that block's parent (BIP 113).
bool is_final(const TransactionData& tx, Height height, std::int64_t time);

// BIP 68: what the relative locks of a transaction's inputs ask for together. Both are the last
// value at which it is not yet valid, as for a lock time; -1 is no lock.
//
// Collected input by input, so that a block needs no list of heights for each transaction.
struct RelativeLocks {
    std::int64_t height = -1;
    std::int64_t time = -1;

    // Relative locks have a meaning from this version on. Versions are unsigned.
    static constexpr std::uint32_t kVersionMin = 2;
    static constexpr std::uint32_t kDisabled = 1U << 31;
    static constexpr std::uint32_t kInTime = 1U << 22;  // in units of 512 seconds
    static constexpr std::uint32_t kValueMask = 0xffff;

    // Takes in the sequence of an input that spends a coin made at `coin`; at most one above
    // `parent`, on whose chain it was made.
    void add(std::uint32_t sequence, Height coin, const HeaderNode& parent);
    // Whether a block after `parent` may have the transaction.
    [[nodiscard]] bool met_after(const HeaderNode& parent) const;

    friend bool operator==(const RelativeLocks&, const RelativeLocks&) = default;
};

}  // namespace starling
