#include "p2p/discovery/flights.h"

#include <algorithm>
#include <utility>

namespace starling::p2p::discv5 {

Flights::Serial Flights::add(Flight flight) {
    const auto others = of(flight.to);
    if (others.size() >= limits_.requests_per_node_max) erase(others.front());
    if (flights_.size() >= limits_.requests_max) erase(flights_.begin()->first);
    const Serial serial = ++last_;
    by_nonce_[flight.nonce] = serial;
    by_contact_.emplace(flight.to, serial);
    flights_.emplace(serial, std::move(flight));
    return serial;
}

std::optional<Flights::Serial> Flights::named(const GcmNonce& nonce) const {
    const auto it = by_nonce_.find(nonce);
    if (it == by_nonce_.end()) return std::nullopt;
    return it->second;
}

void Flights::sent_again(Serial serial, const GcmNonce& nonce) {
    Flight& flight = flights_.at(serial);
    by_nonce_.erase(flight.nonce);
    flight.nonce = nonce;
    flight.unread = false;
    by_nonce_[nonce] = serial;
}

void Flights::erase(Serial serial) {
    const auto it = flights_.find(serial);
    if (it == flights_.end()) return;
    by_nonce_.erase(it->second.nonce);
    by_contact_.erase({it->second.to, serial});
    flights_.erase(it);
}

void Flights::expire(Time now) {
    for (auto at = next_expiry(); at && *at <= now; at = next_expiry())
        erase(flights_.begin()->first);
}

void Flights::all_unread(const Contact& contact) {
    for (const Serial serial : of(contact))
        flights_.at(serial).unread = true;
}

std::vector<Flights::Serial> Flights::unread(const Contact& contact) const {
    auto serials = of(contact);
    std::erase_if(serials, [&](Serial serial) { return !flights_.at(serial).unread; });
    return serials;
}

std::optional<Time> Flights::next_expiry() const {
    if (flights_.empty()) return std::nullopt;
    return flights_.begin()->second.since + limits_.challenge_timeout;
}

std::vector<Flights::Serial> Flights::of(const Contact& contact) const {
    std::vector<Serial> serials;
    for (auto it = by_contact_.lower_bound({contact, 0});
         it != by_contact_.end() && it->first == contact; ++it)
        serials.push_back(it->second);
    return serials;
}

}  // namespace starling::p2p::discv5
