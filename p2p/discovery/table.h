#pragma once

#include "consensus/random.h"
#include "consensus/time.h"
#include "p2p/discovery/limits.h"
#include "p2p/identity/sighting.h"
#include "p2p/netgroup.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace starling::p2p::discv5 {

// One node of the table, as people and files see it.
struct TableNode {
    Shared<Record> record;
    Endpoint address;   // where it answered
    Netgroup netgroup;  // of that address
    Origin origin = Origin::overlay;
    Time added;
    Time last_seen;            // its last answer
    std::uint32_t checks = 0;  // revalidations that it answered, less what failures cost
    // Has answered since it is here: may be told to others. One that came in from the replacements
    // has yet to answer, and so has one that stays only because it is the last.
    bool live = false;
};
struct BucketView {
    unsigned distance = 0;
    std::vector<TableNode> nodes;  // least recently seen first
    std::size_t replacements = 0;
    std::optional<Time> revalidated;
};

enum class Admission {
    added,
    updated,  // was there: newer record, later last_seen
    kept_as_replacement,
    ourselves,
    foreign_network,
    no_endpoint,     // its record names no address that we could tell others
    other_endpoint,  // it answered from an address that is not its record's
    subnet_full,     // too many of its /24 (/64) in the bucket or the table
    group_full,      // too many of its netgroup (AS, else /16) in the bucket or the table
    address_taken,   // another id has proven this address
    inbound_full,    // too many in the bucket that only spoke to us
};
constexpr std::size_t kAdmissions = 11;
std::string_view name_of(Admission admission);

// A node that left the table, and the replacement that came in its place if one fitted.
struct Departure {
    TableNode node;
    std::optional<NodeId> successor;
};

// Kademlia's table: 256 buckets by distance. Decides who is in it, whom to ask next whether it
// still lives, and who is nearest.
//
// Rules:
//   - a node enters only after it answered us at its address (endpoint proof), and only if its
//     record names our network;
//   - a live node is never displaced; a full bucket keeps replacements, of which one comes in when
//     a node fails (the most recently seen first, of those that the limits admit);
//   - addresses are counted over nodes in the table alone, so that what was only claimed cannot
//     take anybody's place (nim-eth #308); the replacements of a bucket keep the same measure
//     among themselves, so that one subnet or netgroup cannot own them;
//   - beside subnets netgroups are counted, for whoever rents addresses gets them in as many /24s
//     as he likes, but from few ASes: a table of 10,000 nodes has 160 entries, which 17 addresses
//     could hold under a limit for subnets alone;
//   - a node that we know only because it spoke to us stays counted as inbound, however many
//     checks it answers, until we meet it by a search of our own: who can speak to us with many
//     identities can also answer checks with them, eight at a time until the bucket is full;
//   - a replacement that spoke to us never displaces one that we found;
//   - revalidation as geth's: two lists, fast and slow; new and failed nodes are on the fast one;
//     an answer moves to the slow one, a failure divides the checks by three, and at zero the node
//     leaves; but the last node of the table stays (geth #35662).
//
// Bounds: 256 buckets of Limits::bucket_nodes and Limits::bucket_replacements.
class Table {
public:
    // A check that was neither answered nor failed by then is taken for lost: no fault of its
    // caller may end all checks. Well over any request's timeouts.
    static constexpr Duration kCheckLife = std::chrono::seconds{10};

    Table(const NodeId& own,
          const Parameters& parameters,
          const Limits& limits,
          Random& random,
          Netgroups netgroups = {});
    ~Table();

    // It answered a question of ours, at this address, just now. For a node that is here and was
    // given by due() this is the answer to that check, unless the return value is a refusal: then
    // failed() is due. The origin of a node that is here changes only from inbound to another, and
    // never by a check.
    Admission proven(const Shared<Record>& record,
                     const Endpoint& address,
                     Origin origin,
                     Time now);
    // It did not answer a revalidation, or answered from another address. Says who left and who
    // came, if the node left by it; nothing for a node that is not here.
    std::optional<Departure> failed(const NodeId& id, Time now);
    // A newer record of a node that is here; ignored where its address differs (it proves the new
    // one by `proven`).
    void refreshed(const Shared<Record>& record);

    // Would a node of this record find a place, or one among the replacements, if it answered? If
    // not, it need not be asked. Replacements make room for others when they were not seen for
    // Pace::refresh, and those that only spoke to us for those that did not. A replacement keeps
    // its own place when its record is newer: it may have moved, and would come in where nobody is.
    [[nodiscard]] bool has_room_for(const Record& record, Origin origin, Time now) const;

    // A node to be asked whether it lives, if one is due; call until there is none. At most one a
    // list is out at a time: the next follows when it answered or failed, or after kCheckLife.
    std::optional<TableNode> due(Time now);
    [[nodiscard]] std::optional<Time> next_wakeup() const;

    [[nodiscard]] const TableNode* find(const NodeId& id) const;  // valid until the next change
    // Live nodes at these distances: the first distance first, as who asks wants it, and within one
    // in no order that could be foreseen. 0 is not answered here.
    [[nodiscard]] std::vector<TableNode> at(std::span<const unsigned> distances, std::size_t most);
    // Nearest first; whether live or not, for they are to be asked.
    [[nodiscard]] std::vector<TableNode> closest(const NodeId& target, std::size_t most) const;
    // The ids of those nearest to ourselves, nearest first.
    [[nodiscard]] std::vector<NodeId> nearest(std::size_t most) const;
    [[nodiscard]] std::size_t size() const;
    // False: nobody is in it, or only nodes that have yet to answer (TableNode::live).
    [[nodiscard]] bool has_live() const;
    [[nodiscard]] std::vector<BucketView> buckets() const;  // those with nodes, by distance
    // Nodes to be remembered: answered the most checks first.
    [[nodiscard]] std::vector<TableNode> best(std::size_t most) const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace starling::p2p::discv5
