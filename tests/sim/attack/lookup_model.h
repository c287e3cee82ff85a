#pragma once

#include "p2p/discovery/lookup.h"
#include "sim/engine/stream.h"
#include "sim/settings.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace starling::sim {

// A network in which our own Lookup asks, and nodes answer out of what Kademlia promises them: of
// each distance at most 16 nodes, drawn at random from those that were there when the node last
// looked. Hostile nodes are always there, each at an address of its own netgroup, as are the
// others, and answer with the hostile nodes nearest to the target at the distances that were asked
// for: what lies at others nobody believes (p2p/discovery/record_filter.h).
//
// With churn nodes come and go by the session model; an entry of a table was checked at a time of
// its own within the last ten minutes, as long as our tables take to check all of theirs, and who
// went since does not answer.
class LookupModel {
public:
    struct Setting {
        std::uint64_t seed = 1;
        std::size_t nodes =
            1'000;  // those that are there and those that are away, hostile ones too
        Ppm hostile = 0;
        SessionModel churn = SessionModel::always_on;
    };
    explicit LookupModel(const Setting& setting);

    struct Outcome {
        bool found = false;         // the node that was looked for, which is there and honest
        bool only_hostile = false;  // of the nearest that answered none was honest
        std::size_t questions = 0;
    };
    // By an honest node for another one, both at random.
    Outcome look_up(std::size_t paths);

private:
    struct Node {
        Shared<p2p::Record> record;
        bool hostile = false;
        std::vector<Span> turns;  // when it left, came, left, ...; first there
    };
    using Records = std::vector<Shared<p2p::Record>>;

    void draw_sessions(Node& node, const Settings::Churn& churn, Random& random) const;
    [[nodiscard]] bool there(const Node& node, Span when) const;
    [[nodiscard]] const Node& any_honest();
    [[nodiscard]] const Node& node_of(const p2p::NodeId& id) const;
    [[nodiscard]] Records table_at(const p2p::NodeId& of, unsigned distance) const;
    [[nodiscard]] Records seeds(const p2p::NodeId& of, const p2p::NodeId& target) const;
    [[nodiscard]] Records lies(const p2p::discv5::Lookup::Question& question,
                               const p2p::NodeId& target) const;
    // Nothing of who is away.
    [[nodiscard]] std::optional<Records> answer(const p2p::discv5::Lookup::Question& question,
                                                const p2p::NodeId& target) const;

    const std::uint64_t seed_;
    Stream random_;
    std::vector<Node> nodes_;  // by id
    Records hostile_;
};

}  // namespace starling::sim
