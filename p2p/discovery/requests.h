#pragma once

#include "consensus/lookup_table.h"
#include "consensus/random.h"
#include "consensus/time.h"
#include "p2p/discovery/known_records.h"
#include "p2p/discovery/limits.h"
#include "p2p/discovery/protocol.h"
#include "p2p/discovery/record_filter.h"
#include "p2p/discovery/request.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace starling::p2p::discv5 {

// What became of a request: the response that belongs to it, or that none came.
struct NoAnswer {};
using Reply = std::variant<NoAnswer, Pong, std::vector<Shared<Record>>, TalkResponse>;
struct Settled {
    Request request;
    Reply reply;
};

// Our requests that wait for their responses: each is settled exactly once, by a response of the
// node that was asked, from the address where it was asked, or by time.
//
// The packets of one NODES answer are joined; what came of them when time is up is the answer.
// Bounds: requests_max in all, requests_per_node_max for a node, nodes_packets_max packets and
// bucket_nodes records for an answer.
class Requests {
public:
    Requests(RecordFilter& filter, const Limits& limits, Random& random)
        : filter_(filter), limits_(limits), random_(random), per_node_(random) {}

    // The id under which to send it; none if there is no room.
    std::optional<RequestId> begin(Request request, Time now);
    // None if it answers nothing of ours, or more of it is to come.
    std::optional<Settled> received(const Contact& from, const Message& response, Time now);
    // Those whose time is up.
    std::vector<Settled> expired(Time now);
    [[nodiscard]] std::optional<Time> next_wakeup() const;

    [[nodiscard]] bool waits(Purpose purpose, const NodeId& id) const;
    [[nodiscard]] std::size_t waiting(Purpose purpose) const {
        return per_purpose_[static_cast<std::size_t>(purpose)];
    }
    [[nodiscard]] bool asked(const Contact& contact) const {
        return per_node_.contains(contact.id);
    }
    [[nodiscard]] std::size_t waiting() const { return pending_.size(); }
    // When the one that waits longest was begun. Looks at all of them.
    [[nodiscard]] std::optional<Time> oldest() const;
    [[nodiscard]] std::uint64_t begun() const { return begun_; }
    [[nodiscard]] std::uint64_t timeouts() const { return timeouts_; }
    [[nodiscard]] std::uint64_t unsolicited() const { return unsolicited_; }

private:
    struct Pending {
        Request request;
        Time begun, deadline;
        std::vector<Nodes> packets;
        std::vector<Shared<Record>> records;  // of them, that are believed
    };
    using Counts = std::array<std::uint32_t, kPurposes>;  // by purpose
    using Pendings = std::map<RequestId, Pending>;

    RequestId fresh_id();
    std::optional<Reply> join(Pending& pending, const Nodes& nodes, Time now);
    Settled settle(Pendings::iterator it, Reply reply);
    void postpone(Pendings::iterator it, Time deadline);

    RecordFilter& filter_;
    const Limits& limits_;
    Random& random_;
    Pendings pending_;
    std::set<std::pair<Time, RequestId>> deadlines_;
    LookupTable<NodeId, Counts> per_node_;  // none of them all zero
    Counts per_purpose_{};
    std::uint64_t begun_ = 0, timeouts_ = 0, unsolicited_ = 0;
};

}  // namespace starling::p2p::discv5
