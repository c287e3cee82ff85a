#pragma once

#include "chain/bodies.h"
#include "chain/coin_table.h"
#include "chain/effects.h"

#include <deque>
#include <functional>
#include <optional>
#include <vector>

namespace starling::chain {

// The next blocks to connect, with what is being read for them: bodies that are not in memory, and
// coins that the table does not know. Reading a few blocks ahead keeps the disk out of the way of
// the thread that connects.
//
// A coin that was read counts only while the table has no entry for it at the moment of connecting.
// The table keeps its entries until oldest_read() has passed them, so a stale answer is never used.
//
// Bounds: kBlocksMax blocks; each asks for a body once, and for its coins once more only if a coin
// left the table meanwhile.
class Lookahead {
public:
    // Enough for a read to be over when its block's turn comes.
    static constexpr std::size_t kBlocksMax = 4;

    struct Sources {
        const CoinTable& table;
        const Bodies& bodies;
    };

    // Looks at the blocks from `end` (not included) towards `target`, keeps what it has of them,
    // forgets all others, and asks for what is missing.
    void aim(const HeaderNode* end,
             const HeaderNode* target,
             const Sources& sources,
             std::vector<Effect>& out);

    // Whether the body of that block was asked for and is not here. Bodies has it once read.
    [[nodiscard]] bool awaits(const HeaderNode* node) const;
    void take(CoinsRead read);

    // The first block with the coins that it needs, if all is there.
    struct Ready {
        Shared<CheckedBlock> block;
        std::span<const std::optional<Coin>> coins;
    };
    std::optional<Ready> ready(const CoinTable& table, std::vector<Effect>& out);
    void drop_first() { blocks_.pop_front(); }

    // Every read with a lower number has been answered, and its answer used or dropped.
    [[nodiscard]] std::uint64_t oldest_read() const;
    [[nodiscard]] std::uint64_t next_read() const { return next_read_; }

private:
    struct Upcoming {
        const HeaderNode* node = nullptr;
        Shared<CheckedBlock> block;
        bool body_asked = false;
        bool coins_asked = false;
        std::uint64_t first_read = 0;            // 0: none was asked
        std::uint64_t read = 0;                  // under way; 0: none
        std::vector<std::uint32_t> asked;        // of that read: indices into block->needs
        std::vector<bool> answered;              // by the store, by index into needs
        std::vector<std::optional<Coin>> coins;  // by index into needs
    };
    void align(const HeaderNode* end, const HeaderNode* target);
    void ask_coins(Upcoming& upcoming, const CoinTable& table, std::vector<Effect>& out);
    void ask(Upcoming& upcoming, std::vector<std::uint32_t> indices, std::vector<Effect>& out);

    std::deque<Upcoming> blocks_;
    std::uint64_t next_read_ = 1;
};

}  // namespace starling::chain
