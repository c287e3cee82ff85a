#pragma once

#include "consensus/time.h"
#include "p2p/discovery/limits.h"
#include "p2p/discovery/recent_ids.h"
#include "p2p/identity/sighting.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>

namespace starling::p2p::discv5 {

// Nodes that we were told of and that wait for a PING, in the order of hearing. What was told costs
// us one small packet a node and a while, whoever tells it and however often.
class Checks {
public:
    struct Check {
        Sighting sighting;
        Endpoint address;  // where to ask
    };

    Checks(const Limits& limits, const Pace& pace, Random& random)
        : limits_(limits), lately_(pace.again, limits.ids_remembered_max, random) {}

    // False if it is being asked, was asked lately, or there is no room.
    bool add(Check check, Time now);
    // Asked whenever it was asked last: bootstrap nodes, and addresses that are new.
    bool add_again(Check check);
    // The next to be asked, if there is room for more in flight.
    std::optional<Check> next();
    // It answered, or did not.
    void settled(const NodeId& id, Origin origin);

    [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }
    [[nodiscard]] std::size_t in_flight() const { return in_flight_; }
    [[nodiscard]] std::size_t remembered() const { return lately_.size(); }

private:
    // One record of a node.
    struct Version {
        NodeId id;
        std::uint64_t sequence = 0;
        friend bool operator==(const Version&, const Version&) = default;
        friend std::uint64_t table_hash(const Version& version,
                                        std::uint64_t key0,
                                        std::uint64_t key1) {
            return mix(table_hash(version.id, key0, key1) ^ version.sequence, key1 | 1);
        }
    };

    const Limits& limits_;
    // By record: who repeats a node's old record must not keep its new one from being asked about.
    RecentIds<Version> lately_;
    std::deque<Check> waiting_;
    std::map<Endpoint, std::size_t> per_source_;  // of those that wait
    std::set<NodeId> known_;                      // that wait or are in flight
    std::size_t in_flight_ = 0;
    std::size_t inbound_ = 0;  // that wait or are in flight
};

}  // namespace starling::p2p::discv5
