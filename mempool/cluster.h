#pragma once

#include "mempool/linearize.h"
#include "mempool/pool.h"

#include <cstdint>
#include <vector>

namespace starling::mempool {

// What the locks of a spender depend on: where its coin was made.
struct Origin {
    Height height;
    bool coinbase = false;
};

// A transaction of the pool with what only the pool needs of it.
struct Resident {
    Shared<PoolEntry> entry;
    std::vector<Origin> origins;  // in the order of the inputs
    std::int64_t size = 0;        // virtual bytes that it pays for: see pool_size
    std::int64_t sigops = 0;      // cost, of the block's 80,000
};

// Signature operations that an output script only shows, but that count against a block's bound.
// Legacy operations cost 4.
std::int64_t sigop_cost(const Transaction& tx);
// Virtual bytes, or what the share of a block's signature operations is worth if that is more
// (Bitcoin Core's 20 bytes an operation): else a few cheap transactions could fill that bound.
std::int64_t pool_size(const Transaction& tx);

// Connected transactions of the pool in the order in which they would be mined. A value: a change
// makes another cluster.
//
// Invariants: parents before children; chunk rates never increase; at most kMembersMax members.
class Cluster {
public:
    // Linearises. The residents must be connected, and come in an order that history determines.
    Cluster(std::uint64_t id, std::vector<Resident> residents);

    [[nodiscard]] std::uint64_t id() const { return id_; }
    [[nodiscard]] std::size_t size() const { return residents_.size(); }
    [[nodiscard]] const Resident& resident(std::size_t position) const {
        return residents_[position];
    }
    [[nodiscard]] Resident& resident(std::size_t position) { return residents_[position]; }
    [[nodiscard]] const std::vector<Chunk>& chunks() const { return chunks_; }
    [[nodiscard]] const Chunk& chunk_of(std::size_t position) const;

    // Sets of positions; ancestors and descendants with the member itself.
    [[nodiscard]] MemberSet parents(std::size_t position) const { return parents_[position]; }
    [[nodiscard]] MemberSet children(std::size_t position) const;
    [[nodiscard]] MemberSet ancestors(std::size_t position) const;
    [[nodiscard]] MemberSet descendants(std::size_t position) const;
    // The members outside `gone` as connected parts, each to become a cluster; consumes this one.
    [[nodiscard]] std::vector<std::vector<Resident>> without(MemberSet gone) &&;
    [[nodiscard]] std::vector<Resident> residents() && { return std::move(residents_); }

private:
    std::uint64_t id_;
    std::vector<Resident> residents_;  // linearised
    std::vector<MemberSet> parents_;
    std::vector<Chunk> chunks_;
};

}  // namespace starling::mempool
