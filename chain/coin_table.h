#pragma once

#include "chain/store.h"
#include "consensus/lookup_table.h"

#include <cstdint>
#include <deque>
#include <vector>

namespace starling::chain {

// The difference between the committed coins and those after the last connected block: which coins
// were made and spent since. What has been committed stays for a while as a cache.
//
// An entry owns nothing: it points to a coin inside the delta of the step that touched the outpoint
// last (connecting adds what a block made, disconnecting adds what it had spent), or to nothing for
// a coin that is gone. So connecting copies no coin and allocates nothing per coin, and the unit of
// forgetting is a step, oldest first. A table of copied coins would forget more finely and cost
// three times as much per input on the one thread that cannot be multiplied.
//
// An entry may be dropped when its step and every earlier one is committed, and no read of the
// store is under way that was asked for before that: the read may have seen the older state, and
// without the entry nobody would notice. `clean_below` stamps such steps with the id of the next
// read; `tidy` drops them when all older reads are over.
//
// Invariant: for every outpoint without an entry, the store's answer (at the committed boundary or
// at the one being committed) is the state after the last connected block.
class CoinTable {
public:
    // `bytes_max` is about what it will hold at most: the budget of the chain state.
    CoinTable(Random& random, std::size_t bytes_max);

    struct Found {
        bool known = false;
        const Coin* coin = nullptr;  // null and known: spent. Lives until the next tidy().
    };
    [[nodiscard]] Found find(const OutPoint& point) const;

    // Gives the step's number; numbers only grow.
    std::uint64_t apply(const Step& step);
    // The delta of a block that is connected, if it is still here.
    [[nodiscard]] Shared<BlockDelta> delta_of(const HeaderNode* node) const;
    [[nodiscard]] std::uint64_t next_step() const { return next_step_; }

    // Every step below `step` is committed, or was taken back together with one that never was.
    void clean_below(std::uint64_t step, std::uint64_t next_read);
    // Drops entries that are no longer needed, then cached coins until `bytes_max` is kept, in at
    // most about `operations` table operations. Reads from `oldest_read` on may be under way.
    void tidy(std::size_t operations, std::uint64_t oldest_read, std::size_t bytes_max);
    // Whether tidy() would find something to do.
    [[nodiscard]] bool untidy(std::uint64_t oldest_read, std::size_t bytes_max) const;

    [[nodiscard]] std::size_t memory_bytes() const;

private:
    struct Entry {
        const Coin* coin = nullptr;
        std::uint64_t step = 0;
    };
    using Coins = std::vector<std::pair<OutPoint, Coin>>;
    struct Resident {
        std::uint64_t step = 0;
        Step::Kind kind = Step::Kind::connected;
        const HeaderNode* node = nullptr;
        Shared<BlockDelta> delta;
        std::size_t bytes = 0;
        std::uint64_t barrier = 0;  // valid when clean

        [[nodiscard]] const Coins& added() const;
        [[nodiscard]] const Coins& removed() const;
    };
    using Shard = LookupTable<OutPoint, Entry>;

    [[nodiscard]] const Shard& shard(const OutPoint& point) const;
    [[nodiscard]] Shard& shard(const OutPoint& point);
    [[nodiscard]] bool can_sweep(std::uint64_t oldest_read) const;
    [[nodiscard]] bool can_evict(std::size_t bytes_max) const;
    // Drops the entries of the step from `position` on; gives how many it looked at.
    std::size_t drop(const Coins& coins,
                     std::uint64_t step,
                     std::size_t& position,
                     std::size_t operations);

    // Many small tables, because one large one would hold the thread for a tenth of a second when
    // it grows. Which one is decided by a keyed hash, so that nobody can fill one alone. A table of
    // kShardBytes is still moved in a millisecond or two, so a small budget has but one.
    std::vector<Shard> shards_;
    std::uint64_t key0_;
    std::uint64_t key1_;
    // Oldest first: swept (cache only), then clean, then not yet committed.
    std::deque<Resident> residents_;
    std::size_t swept_ = 0;
    std::size_t clean_ = 0;
    std::size_t sweep_position_ = 0;  // in the step at swept_
    std::size_t evict_position_ = 0;  // in the front step
    std::size_t resident_bytes_ = 0;
    std::uint64_t next_step_ = 1;
};

// Bytes that a delta occupies, with the scripts that it owns.
std::size_t memory_bytes_of(const BlockDelta& delta);

}  // namespace starling::chain
