#pragma once

#include "consensus/parameters.h"
#include "consensus/random.h"
#include "p2p/identity/sighting.h"
#include "p2p/limits.h"
#include "p2p/netgroup.h"

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace starling::p2p {

struct CandidateFigures {
    std::size_t known = 0;
    std::size_t proven = 0;    // were connected to once
    std::size_t waiting = 0;   // failed or were lost lately: not dialled for a while
    std::size_t dialling = 0;  // under way
    std::size_t outbound = 0;  // connected of our own accord, of Limits::outbound_max()
    // Of the addresses of those known.
    NetgroupFigures netgroups = {};
};

// How a draw gives netgroups their chance.
enum class Selection {
    by_address,   // each address its own: a group has as many as addresses
    group_first,  // a group, then an address in it
};

// The nodes that may be dialled, of which outbound peers are drawn: whoever keeps these verbs may
// take this class's place.
//
// A flat list, drawn from evenly. Who can have many nodes proposed owns a part of it that large;
// what bounds the part is the number for one address (OverlayRules) and for one netgroup.
//
// Invariants:
//   - one entry a node, with the highest sequence that was proposed;
//   - each has an address to dial; a private one only if the network is private or it was seen on
//     the LAN;
//   - a newcomer takes the place only of one that failed when it was last dialled.
class AddressManager {
public:
    AddressManager(const Parameters& parameters,
                   const Limits& limits,
                   const Pace& pace,
                   Random& random,
                   Netgroups netgroups = {});

    // True if the node is new here or its record newer than the one that we had.
    bool propose(const Sighting& sighting, Time now);
    void remove(const NodeId& node);

    // What a draw must not give.
    struct Excluded {
        std::set<NodeId> nodes;
        std::set<Endpoint> addresses;
        // On networks of one machine only where there is another: there all may be of one group.
        std::set<Netgroup> netgroups;
        bool have_others = false;  // we have a peer of ours, or dial one: see Pace
    };
    struct Drawn {
        NodeId node;
        CompressedKey key{};
        Endpoint address;
        Origin origin = Origin::overlay;
    };
    // One at random of those that are not excluded and did not fail lately.
    [[nodiscard]] std::optional<Drawn> draw(const Excluded& excluded,
                                            Time now,
                                            Selection selection = Selection::by_address);
    // One that was never connected to, to see whether it is there.
    [[nodiscard]] std::optional<Drawn> draw_feeler(const Excluded& excluded, Time now);
    // No connection, or none that came to verack. Not `counted` while it may be us who are cut off:
    // then it waits as after any failure, and nothing is held against it.
    void failed(const NodeId& node, Time now, bool counted = true);
    // Verack came of a connection that we made: it is what its record says.
    void connected(const NodeId& node, Time now);
    void lost(const NodeId& node, Time now);  // after that; others have their turn first

    // Records of nodes that we have been connected to, at most so many, at random.
    [[nodiscard]] std::vector<Shared<Record>> sample(std::size_t count_max);
    [[nodiscard]] std::optional<Origin> origin_of(const NodeId& node) const;
    [[nodiscard]] Shared<Record> record_of(const NodeId& node) const;  // null: not here
    [[nodiscard]] bool contains(const NodeId& node) const { return places_.contains(node); }
    [[nodiscard]] std::size_t size() const { return list_.size(); }
    // `dialling` and `outbound` are not known here.
    [[nodiscard]] CandidateFigures figures(Time now) const;

private:
    struct Candidate {
        Shared<Record> record;
        Origin origin = Origin::overlay;
        Endpoint address;
        Netgroup netgroup;
        bool proven = false;
        std::size_t failures = 0;                     // in a row
        std::optional<Time> not_until;                // failed, lost or a bootstrap node
        std::optional<Time> not_beside_others_until;  // a bootstrap node
    };

    template <class Accepts>
    [[nodiscard]] std::optional<Drawn> draw_of(const Excluded& excluded, Time now, Accepts accepts);
    [[nodiscard]] std::optional<Endpoint> dialled_at(const Sighting& sighting) const;
    [[nodiscard]] Candidate* find(const NodeId& node);
    [[nodiscard]] bool has_room_for(const Candidate& newcomer);
    template <class Alike>
    [[nodiscard]] bool has_room_among(std::size_t count_max, Alike alike);
    void wait(Candidate& candidate, Time now);

    OverlayRules rules_;
    const Limits& limits_;
    Pace pace_;
    Random& random_;
    Netgroups netgroups_;
    std::vector<Candidate> list_;
    std::map<NodeId, std::size_t> places_;  // in the list
    std::size_t failing_ = 0;               // of the list: failed when they were last dialled
};

}  // namespace starling::p2p
