#pragma once

#include "consensus/random.h"
#include "consensus/time.h"
#include "p2p/discovery/limits.h"
#include "p2p/identity/sighting.h"

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <vector>

namespace starling::p2p::discv5 {

// Decides in which order the nodes found first are proposed, so that of several sources to begin
// with none alone decides whom we meet: whoever answers first, or with the most names, would.
//
// What a source tells, and what those tell that it told of, is one voice; the nodes that we
// remember are one, and all strangers are one. For a moment everything waits; then the voices take
// turns: of what was proposed, no voice has more than its share of the voices that spoke, and one.
// What two voices tell is nobody's alone and does not wait. After a while the voices have had their
// chance: what still waits is proposed, and everything from then on at once.
//
// With one source or none there is nothing to share: nothing waits.
//
// Bounds: Limits::ids_remembered_max nodes; those beyond are told of again later.
class FirstProposals {
public:
    FirstProposals(const Limits& limits, Random& random) : limits_(limits), random_(random) {}

    // The nodes of each source. All is held back until `heard`, shared out until `end`.
    void open(const std::vector<std::vector<NodeId>>& sources, Time heard, Time end);
    [[nodiscard]] bool sharing() const { return !voices_.empty(); }
    // Only while sharing. `teller` told of it, or it spoke for itself.
    void found(const Sighting& sighting, const NodeId& teller);
    // What may be proposed now.
    std::vector<Sighting> due(Time now);
    [[nodiscard]] std::optional<Time> next_wakeup() const { return next_; }

private:
    struct Voice {
        std::deque<Sighting> waiting;
        std::size_t told = 0;      // nodes that nobody told before
        std::size_t proposed = 0;  // of them, while no other voice told of them
    };
    struct Known {
        std::size_t voice = 0;
        bool waits = false;
    };

    [[nodiscard]] std::size_t voice_of(const NodeId& teller) const;
    [[nodiscard]] std::optional<std::size_t> next_voice();
    void propose(std::size_t voice, std::vector<Sighting>& out);
    std::vector<Sighting> close();

    const Limits& limits_;
    Random& random_;
    std::vector<Voice> voices_;  // the last: strangers; none: not sharing
    std::map<NodeId, Known> nodes_;
    std::vector<Sighting> agreed_;  // told of by two voices
    std::size_t proposed_ = 0;      // in all
    Time heard_, end_;
    std::optional<Time> next_;
};

}  // namespace starling::p2p::discv5
