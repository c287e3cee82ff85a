#pragma once

#include "consensus/parameters.h"
#include "consensus/random.h"
#include "consensus/result.h"
#include "p2p/address_index.h"
#include "p2p/address_table.h"
#include "p2p/identity/sighting.h"
#include "p2p/limits.h"
#include "p2p/netgroup.h"
#include "p2p/saved_addresses.h"

#include <boost/container/flat_set.hpp>

#include <cstddef>
#include <functional>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace starling::p2p {

struct CandidateFigures {
    std::size_t known = 0;
    std::size_t proven = 0;      // in `tried`: were connected to, or came to verack as feelers
    std::size_t in_new = 0;      // the others
    std::size_t collisions = 0;  // of `tried`, tested before they make room for another
    std::size_t waiting = 0;     // failed or were lost lately: not dialled for a while
    std::size_t dialling = 0;    // under way
    std::size_t outbound = 0;    // connected of our own accord, of Limits::outbound_max()
    // Of the addresses of those known.
    NetgroupFigures netgroups = {};
};

// How a draw gives netgroups their chance.
enum class Selection {
    by_address,   // Bitcoin Core's: each address its own, so that a group has as many as addresses
    group_first,  // a group, then an address in it
};

// Decides which nodes are dialled: files all that are proposed under a secret key, so that who
// proposes many owns only a part of it, and draws from them. After Bitcoin Core's addrman, which
// has the countermeasures of Heilman et al. (2015).
//
// Two tables: `new`, of whom we have heard, where a place follows from the netgroups of the node
// and of who told; and `tried`, of nodes that we dialled and that came to verack, where it follows
// from the node's. Places are scarce for who has few netgroups, and a place that is taken is
// not given away: in `new` only if its node fails or is told of by others too, in `tried` only if
// it was dialled again and did not answer (test before evict), or if nobody has heard of it for a
// month.
//
// Half of the draws are of `tried`. But of those by netgroup first it is nine of ten once kSettled
// nodes are there, which is so from the first day or two on.
//
// What is not as in Core: nodes have an identity, and one entry each; a netgroup has a bound on its
// entries, and so has who tells of many; draws by netgroup first, and the nine of ten of them; a
// node that just failed waits, where in Core it is only less likely; each failure counts that may
// be the node's, where Core counts a node's next one only after some node has answered again; an
// old one that is connected while it is tested has passed.
//
// Invariants:
//   - one entry a node, with the highest sequence that was proposed, and one an address;
//   - each has an address to dial; a private one only if the network is private or it was seen on
//     the LAN;
//   - only a connection that we made brings a node to `tried`, and nothing that is told of another
//     node takes it from there before it is terrible (see AddressEntry);
//   - equal inputs and chance give equal draws; memory is that of the entries, not of the places.
class AddressManager {
public:
    // Bitcoin Core's. Each is settled within 40 minutes.
    static constexpr std::size_t kCollisionsMax = 10;
    // In `tried`: then most draws by netgroup first are of it. Feelers make 700 attempts a day.
    static constexpr std::size_t kSettled = 256;

    AddressManager(const Parameters& parameters,
                   const Limits& limits,
                   const Pace& pace,
                   Random& random,
                   Netgroups netgroups = {});

    // True if the node is new here or its record newer than the one that we had.
    bool propose(const Sighting& sighting, Time now);
    void remove(const NodeId& node);
    // A person does not want it: it stays known, while nobody else needs its place, but is neither
    // drawn nor told of.
    void refuse(const NodeId& node, bool refused);

    // What a draw must not give.
    struct Excluded {
        boost::container::flat_set<NodeId> nodes;
        boost::container::flat_set<Endpoint> addresses;
        // On networks of one machine only where there is another: there all may be of one group.
        boost::container::flat_set<Netgroup> netgroups;
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
    // One to see whether it is there: of `tried` one whose place another wants, without regard to
    // netgroups; if there is none, one of `new`.
    [[nodiscard]] std::optional<Drawn> draw_feeler(const Excluded& excluded,
                                                   Time now,
                                                   Selection selection = Selection::by_address);
    // What came of a connection that we made to `at`. Of a node whose record puts it elsewhere by
    // now that says nothing: nobody has been where it is said to be.
    //
    // No connection, or none that came to verack. Not `counted` while it may be us who are cut off:
    // then it waits as after any failure, and nothing is held against it.
    void failed(const NodeId& node, const Endpoint& at, Time now, bool counted = true);
    // Verack came: it is what its record says.
    void connected(const NodeId& node, const Endpoint& at, Time now);
    // After that; others have their turn first.
    void lost(const NodeId& node, const Endpoint& at, Time now);

    // Records of nodes in `tried`, at most so many, at random.
    [[nodiscard]] std::vector<Shared<Record>> sample(std::size_t count_max);
    [[nodiscard]] std::optional<Origin> origin_of(const NodeId& node) const;
    [[nodiscard]] Shared<Record> record_of(const NodeId& node) const;  // null: not here
    [[nodiscard]] bool contains(const NodeId& node) const { return index_.find(node).has_value(); }
    [[nodiscard]] std::size_t size() const { return index_.size(); }
    // That have another node than these; who tells of nodes can only make them more, short of
    // filling the tables.
    [[nodiscard]] std::size_t netgroups_beside(std::vector<NodeId> nodes) const {
        return index_.groups_beside(std::move(nodes));
    }
    [[nodiscard]] std::size_t proven() const { return index_.members(true).size(); }  // in `tried`
    // `dialling` and `outbound` are not known here.
    [[nodiscard]] CandidateFigures figures(Time now) const;
    [[nodiscard]] std::size_t bytes() const;  // held, without the records, which are shared

    // The contents of peers.dat: see SavedAddresses.
    [[nodiscard]] Bytes saved() const;
    // In place of all that is here; nothing changes if the file is refused. Entries that `admits`
    // does not take are left out, and those whose netgroups have changed so that they find no
    // place, or their group has no room: under a map that is wrong that may be most of them, which
    // the result shows. Checks a signature for each.
    using Admits = std::function<bool(const Record&)>;
    Result<RestoredAddresses, SavedAddressesError> restore(ByteView file,
                                                           const Admits& admits,
                                                           Time now);

private:
    // By a person: hardly ever anybody, so that the entry's record need not be looked at.
    [[nodiscard]] bool is_refused(const AddressEntry& entry) const {
        return !refused_.empty() && refused_.contains(entry.node());
    }

    // ---- address_manager.cpp ----
    bool moved(AddressId id, const Sighting& sighting, Time now);
    void heard_again(AddressId id, const Endpoint& source, Time now);
    bool file(AddressEntry entry, Time now);
    [[nodiscard]] std::optional<Endpoint> dialled_at(const Sighting& sighting) const;
    [[nodiscard]] AddressEntry entry_of(const Sighting& sighting, const Endpoint& at, Time now);
    [[nodiscard]] std::optional<AddressId> find_at(const NodeId& node, const Endpoint& at) const;
    void wait(AddressId id, Time now);
    void remove(AddressId id);

    // ---- address_rooms.cpp: bounds ----
    [[nodiscard]] bool has_room_for(const AddressEntry& newcomer, Time now);
    [[nodiscard]] bool source_has_room(const AddressEntry& newcomer) const;
    [[nodiscard]] bool make_room_at_address(const AddressEntry& newcomer, Time now);
    [[nodiscard]] bool make_room_in_group(const AddressEntry& newcomer, Time now);
    // Of whom one has to go for this one: all of its IPv6 /64 if that has its measure, else of its
    // netgroup; nobody if there is room in both.
    [[nodiscard]] std::vector<AddressId> crowd_of(const AddressEntry& newcomer) const;
    [[nodiscard]] bool make_room_at_all(Time now);
    [[nodiscard]] bool gives_way(const AddressEntry& entry, Time now) const;

    // ---- address_places.cpp: the tables ----
    // Where an entry that is known from `source` may be put: a free place, or one whose holder must
    // give it away to one that has `places` already. Nothing if there is none.
    [[nodiscard]] std::optional<Slot> place_for(const AddressEntry& entry,
                                                const AddressBuckets::Grouped& source,
                                                Time now) const;
    // The same, of the place that the buckets' hash gives.
    [[nodiscard]] std::optional<Slot> place_at(Slot first,
                                               const AddressEntry& entry,
                                               Time now) const;
    [[nodiscard]] Slot first_free(const AddressTable& table, Slot slot) const;
    void put_in_new(AddressId id, Slot slot);
    void lose_place(AddressId id, Slot slot);  // in new; the last one takes the entry with it
    void leave_places(AddressId id);
    [[nodiscard]] Slot place_in_tried(const AddressEntry& entry) const;
    void make_tried(AddressId id);
    void make_new_again(AddressId id);
    void resolve_collisions(Time now);
    [[nodiscard]] bool resolved(AddressId newcomer, Time now);

    // ---- address_restore.cpp ----
    void clear();
    void restore(const SavedAddresses::Entry& saved, Shared<Record> record, Time now);
    [[nodiscard]] std::vector<Slot> places_kept(const AddressEntry& entry,
                                                const std::vector<Slot>& saved) const;
    [[nodiscard]] std::vector<Slot> place_anew(AddressEntry& entry) const;
    [[nodiscard]] bool has_room_for_restored(const AddressEntry& entry) const;

    // ---- address_draw.cpp ----
    enum class From { both, of_new };
    [[nodiscard]] std::optional<Drawn> draw_from(From from,
                                                 const Excluded& excluded,
                                                 Time now,
                                                 Selection selection);
    [[nodiscard]] std::optional<Drawn> draw_of_all(From from,
                                                   const Excluded& excluded,
                                                   Time now,
                                                   Selection selection);
    [[nodiscard]] std::optional<Drawn> draw_collision(const Excluded& excluded, Time now);
    [[nodiscard]] bool table_drawn(From from);
    [[nodiscard]] AddressId selected(bool tried, Time now, Selection selection);
    [[nodiscard]] AddressId met(bool tried, Selection selection);
    [[nodiscard]] AddressId drawn_of(std::vector<AddressId> eligible,
                                     Time now,
                                     Selection selection);
    [[nodiscard]] bool may_be_drawn(const AddressEntry& entry,
                                    const Excluded& excluded,
                                    Time now) const;

    OverlayRules rules_;
    const Limits& limits_;
    Pace pace_;
    Random& random_;
    Netgroups netgroups_;
    AddressBuckets buckets_;
    AddressIndex index_;
    AddressTable new_, tried_;
    std::vector<AddressId> collisions_;  // of `new`, whose place in `tried` is taken
    // When last nobody of a full list gave way to a newcomer, nor did since: others of that moment,
    // as of one answer, are in vain as well.
    std::optional<Time> nobody_gave_way_;
    std::set<NodeId> refused_;  // as many as a person names: Limits::refused_nodes_max
};

}  // namespace starling::p2p
