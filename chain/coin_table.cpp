#include "chain/coin_table.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <utility>

namespace starling::chain {

namespace {

constexpr std::size_t kShardBytes = 8u << 20;
constexpr std::size_t kShardsMax = 64;

std::size_t shards_for(std::size_t bytes_max) {
    return std::bit_ceil(std::clamp<std::size_t>(bytes_max / kShardBytes, 1, kShardsMax));
}

}  // namespace

std::size_t memory_bytes_of(const BlockDelta& delta) {
    constexpr std::size_t kAllocation = 16;  // what malloc adds and rounds up, on average
    std::size_t bytes = sizeof(BlockDelta);
    for (const auto* coins : {&delta.spent, &delta.made}) {
        bytes += coins->capacity() * sizeof(std::pair<OutPoint, Coin>);
        for (const auto& [point, coin] : *coins)
            bytes += coin.output.script_pubkey.capacity() + kAllocation;
    }
    return bytes;
}

const CoinTable::Coins& CoinTable::Resident::added() const {
    return kind == Step::Kind::connected ? delta->made : delta->spent;
}

const CoinTable::Coins& CoinTable::Resident::removed() const {
    return kind == Step::Kind::connected ? delta->spent : delta->made;
}

CoinTable::CoinTable(Random& random, std::size_t bytes_max)
    : key0_(random.next()), key1_(random.next()) {
    const std::size_t count = shards_for(bytes_max);
    shards_.reserve(count);
    while (shards_.size() < count)
        shards_.emplace_back(random);
}

const CoinTable::Shard& CoinTable::shard(const OutPoint& point) const {
    if (shards_.size() == 1) return shards_.front();
    return shards_[table_hash(point, key0_, key1_) & (shards_.size() - 1)];
}

CoinTable::Shard& CoinTable::shard(const OutPoint& point) {
    return const_cast<Shard&>(std::as_const(*this).shard(point));
}

CoinTable::Found CoinTable::find(const OutPoint& point) const {
    const Entry* entry = shard(point).find(point);
    if (entry == nullptr) return {};
    return {true, entry->coin};
}

std::uint64_t CoinTable::apply(const Step& applied) {
    const std::uint64_t step = next_step_++;
    residents_.push_back(
        {step, applied.kind, applied.node, applied.delta, memory_bytes_of(*applied.delta), 0});
    const Resident& resident = residents_.back();
    resident_bytes_ += resident.bytes;
    for (const auto& [point, coin] : resident.removed())
        shard(point)[point] = Entry{nullptr, step};
    for (const auto& [point, coin] : resident.added())
        shard(point)[point] = Entry{&coin, step};
    return step;
}

Shared<BlockDelta> CoinTable::delta_of(const HeaderNode* node) const {
    const auto found = std::find_if(residents_.rbegin(), residents_.rend(),
                                    [&](const auto& r) { return r.node == node; });
    return found == residents_.rend() ? nullptr : found->delta;
}

void CoinTable::clean_below(std::uint64_t step, std::uint64_t next_read) {
    for (; clean_ < residents_.size() && residents_[clean_].step < step; ++clean_)
        residents_[clean_].barrier = next_read;
}

bool CoinTable::can_sweep(std::uint64_t oldest_read) const {
    return swept_ < clean_ && residents_[swept_].barrier <= oldest_read;
}

bool CoinTable::can_evict(std::size_t bytes_max) const {
    return swept_ > 0 && memory_bytes() > bytes_max;
}

bool CoinTable::untidy(std::uint64_t oldest_read, std::size_t bytes_max) const {
    return can_sweep(oldest_read) || can_evict(bytes_max);
}

std::size_t CoinTable::drop(const Coins& coins,
                            std::uint64_t step,
                            std::size_t& position,
                            std::size_t operations) {
    const std::size_t end = std::min(coins.size(), position + operations);
    const std::size_t looked_at = end - position;
    for (; position < end; ++position) {
        const OutPoint& point = coins[position].first;
        Shard& table = shard(point);
        const Entry* entry = table.find(point);
        if (entry != nullptr && entry->step == step) table.erase(point);
    }
    return looked_at;
}

void CoinTable::tidy(std::size_t operations, std::uint64_t oldest_read, std::size_t bytes_max) {
    while (operations > 0 && can_sweep(oldest_read)) {
        const Resident& resident = residents_[swept_];
        operations -= drop(resident.removed(), resident.step, sweep_position_, operations);
        if (sweep_position_ < resident.removed().size()) return;
        sweep_position_ = 0;
        ++swept_;
        operations -= std::min<std::size_t>(operations, 1);
    }
    while (operations > 0 && can_evict(bytes_max)) {
        const Resident& resident = residents_.front();
        operations -= drop(resident.added(), resident.step, evict_position_, operations);
        if (evict_position_ < resident.added().size()) return;
        evict_position_ = 0;
        resident_bytes_ -= resident.bytes;
        residents_.pop_front();
        --swept_;
        --clean_;
        operations -= std::min<std::size_t>(operations, 1);
    }
}

std::size_t CoinTable::memory_bytes() const {
    std::size_t bytes = resident_bytes_;
    for (const Shard& table : shards_)
        bytes += table.table_bytes();
    return bytes;
}

}  // namespace starling::chain
