#include "sim/attack/our_address_book.h"

#include "consensus/parameters.h"
#include "p2p/outbound_peers.h"
#include "sim/attack/victim.h"

namespace starling::sim {

namespace {

// Parameters, limits and pace of a public network.
const p2p::Limits kLimits{};

}  // namespace

OurAddressBook::OurAddressBook(const Population& population,
                               Random& random,
                               unsigned group_first_percent)
    : population_(population),
      group_first_percent_(group_first_percent),
      manager_(testnet(), kLimits, p2p::Pace{}, random) {}

std::unique_ptr<AddressBook> OurAddressBook::make(const VictimRules& rules,
                                                  const Population& population,
                                                  Random& random) {
    return std::make_unique<OurAddressBook>(population, random, rules.group_first_percent);
}

std::unique_ptr<AddressBook> OurAddressBook::copy() const {
    return std::make_unique<OurAddressBook>(*this);
}

void OurAddressBook::add(Index node, Index source, Time /*seen*/, Time now) {
    p2p::Sighting sighting;
    sighting.record = population_.record(node);
    sighting.origin = p2p::Origin::gossiped;
    sighting.source = population_.endpoint(source);
    manager_.propose(sighting, now);
}

void OurAddressBook::good(Index node, Time now) {
    manager_.connected(population_.record(node)->id(), population_.endpoint(node), now);
}

void OurAddressBook::failed(Index node, Time now) {
    manager_.failed(population_.record(node)->id(), population_.endpoint(node), now);
}

std::optional<AddressBook::Index> OurAddressBook::select(std::size_t slot,
                                                         const std::vector<Index>& connected,
                                                         Time now) {
    p2p::AddressManager::Excluded excluded = nodes_of(connected);
    for (const Index peer : connected)
        excluded.netgroups.insert(p2p::Netgroups{}.of(population_.endpoint(peer)));
    const auto drawn = manager_.draw(excluded, now, selection(slot));
    if (!drawn) return std::nullopt;
    return population_.at(drawn->address);
}

std::optional<AddressBook::Index> OurAddressBook::select_feeler(const std::vector<Index>& connected,
                                                                Time now) {
    const auto drawn = manager_.draw_feeler(nodes_of(connected), now, selection(connected.size()));
    if (!drawn) return std::nullopt;
    return population_.at(drawn->address);
}

p2p::AddressManager::Excluded OurAddressBook::nodes_of(const std::vector<Index>& connected) const {
    p2p::AddressManager::Excluded excluded;
    excluded.have_others = !connected.empty();
    for (const Index peer : connected)
        excluded.nodes.insert(population_.record(peer)->id());
    return excluded;
}

// As the node draws the connection after so many, of which it has drawn as many by netgroup first
// as its share allows.
p2p::Selection OurAddressBook::selection(std::size_t taken) const {
    return p2p::OutboundPeers::selection_after(taken, taken * group_first_percent_ / 100,
                                               group_first_percent_);
}

}  // namespace starling::sim
