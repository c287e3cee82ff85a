#include "consensus/locks.h"

#include <algorithm>

namespace starling {

bool is_final(const TransactionData& tx, Height height, std::int64_t time) {
    if (tx.lock_time == 0) return true;
    const std::int64_t reached = tx.lock_time < kLockTimeThreshold ? height.value : time;
    if (std::int64_t{tx.lock_time} < reached) return true;
    return std::ranges::all_of(tx.inputs,
                               [](const TxIn& input) { return input.sequence == 0xffff'ffff; });
}

void RelativeLocks::add(std::uint32_t sequence, Height coin, const HeaderNode& parent) {
    if ((sequence & kDisabled) != 0) return;
    const std::int64_t value = sequence & kValueMask;
    if ((sequence & kInTime) == 0) {
        height = std::max(height, coin.value + value - 1);
        return;
    }
    // Counted from the median time past of the block before the one that made the coin.
    const HeaderNode* before = ancestor(&parent, std::max(coin - 1, Height{0}));
    time = std::max(time, std::int64_t{median_time_past(before)} + 512 * value - 1);
}

bool RelativeLocks::met_after(const HeaderNode& parent) const {
    return height <= parent.height.value &&
           (time < 0 || time < std::int64_t{median_time_past(&parent)});
}

}  // namespace starling
