#include "p2p/discovery/address_counts.h"

#include <algorithm>
#include <cassert>

namespace starling::p2p::discv5 {

template <class Key>
void AddressCounts::increment(Counts<Key>& counts, const Key& key) {
    auto it = std::ranges::lower_bound(counts, key, {}, &Count<Key>::key);
    if (it == counts.end() || it->key != key) it = counts.insert(it, {.key = key});
    ++it->count;
}

template <class Key>
void AddressCounts::decrement(Counts<Key>& counts, const Key& key) {
    const auto it = std::ranges::lower_bound(counts, key, {}, &Count<Key>::key);
    assert(it != counts.end() && it->key == key && it->count > 0);
    if (--it->count == 0) counts.erase(it);
}

template <class Key>
std::size_t AddressCounts::count(const Counts<Key>& counts, const Key& key) {
    const auto it = std::ranges::lower_bound(counts, key, {}, &Count<Key>::key);
    return it == counts.end() || it->key != key ? 0 : it->count;
}

void AddressCounts::add(const Endpoint& address, const Netgroup& group) {
    increment(addresses_, address.address);
    increment(subnets_, Subnet::of(address));
    increment(groups_, group);
}

void AddressCounts::remove(const Endpoint& address, const Netgroup& group) {
    decrement(addresses_, address.address);
    decrement(subnets_, Subnet::of(address));
    decrement(groups_, group);
}

std::size_t AddressCounts::of_address(const Endpoint& address) const {
    return count(addresses_, address.address);
}

std::size_t AddressCounts::of_subnet(const Endpoint& address) const {
    return count(subnets_, Subnet::of(address));
}

std::size_t AddressCounts::of_group(const Netgroup& group) const {
    return count(groups_, group);
}

}  // namespace starling::p2p::discv5
