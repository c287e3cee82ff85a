#include "p2p/discovery/address_counts.h"

#include "p2p/netgroup.h"

#include <cassert>

namespace starling::p2p::discv5 {

namespace {

template <class Key>
void decrement(std::map<Key, std::size_t>& counts, const Key& key) {
    const auto it = counts.find(key);
    assert(it != counts.end() && it->second > 0);
    if (--it->second == 0) counts.erase(it);
}

template <class Key>
std::size_t count(const std::map<Key, std::size_t>& counts, const Key& key) {
    const auto it = counts.find(key);
    return it == counts.end() ? 0 : it->second;
}

}  // namespace

void AddressCounts::add(const Endpoint& address) {
    ++addresses_[address.address];
    ++subnets_[subnet_of(address)];
}

void AddressCounts::remove(const Endpoint& address) {
    decrement(addresses_, address.address);
    decrement(subnets_, subnet_of(address));
}

std::size_t AddressCounts::of_address(const Endpoint& address) const {
    return count(addresses_, address.address);
}

std::size_t AddressCounts::of_subnet(const Endpoint& address) const {
    return count(subnets_, subnet_of(address));
}

}  // namespace starling::p2p::discv5
