#include "p2p/address_table.h"

#include <bit>
#include <cassert>

namespace starling::p2p {

AddressTable::AddressTable(std::uint32_t buckets, Random& random)
    : filled_at_(buckets, kEmpty), entries_(random) {
    assert(buckets < kEmpty);
}

std::optional<AddressId> AddressTable::at(Slot slot) const {
    const AddressId* entry = entries_.find(slot);
    return entry == nullptr ? std::nullopt : std::optional(*entry);
}

void AddressTable::put(Slot slot, AddressId entry) {
    const bool made = entries_.try_emplace(slot, entry).second;
    assert(made);
    std::uint16_t& at = filled_at_[slot.bucket()];
    if (at == kEmpty) {
        at = static_cast<std::uint16_t>(filled_.size());
        filled_.push_back({.bucket = slot.bucket()});
    }
    filled_[at].taken |= std::uint64_t{1} << slot.position();
}

void AddressTable::clear(Slot slot) {
    const bool was_there = entries_.erase(slot);
    assert(was_there);
    const std::uint16_t at = filled_at_[slot.bucket()];
    filled_[at].taken &= ~(std::uint64_t{1} << slot.position());
    if (filled_[at].taken != 0) return;
    filled_[at] = filled_.back();
    filled_at_[filled_[at].bucket] = at;
    filled_at_[slot.bucket()] = kEmpty;
    filled_.pop_back();
}

AddressId AddressTable::draw(Random& random) const {
    const Filled& filled = filled_[random.below(filled_.size())];
    const auto begin = static_cast<unsigned>(random.below(Slot::kBucketSize));
    const auto ahead =
        static_cast<unsigned>(std::countr_zero(std::rotr(filled.taken, static_cast<int>(begin))));
    const std::uint32_t position = (begin + ahead) % Slot::kBucketSize;
    return *entries_.find({filled.bucket * Slot::kBucketSize + position});
}

std::size_t AddressTable::bytes() const {
    return filled_at_.capacity() * sizeof(std::uint16_t) + filled_.capacity() * sizeof(Filled) +
           entries_.table_bytes();
}

}  // namespace starling::p2p
