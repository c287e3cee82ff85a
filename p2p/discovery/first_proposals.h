#pragma once

#include "consensus/random.h"
#include "consensus/time.h"
#include "p2p/discovery/limits.h"
#include "p2p/identity/sighting.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <vector>

namespace starling::p2p::discv5 {

// Decides in which order the nodes found first are proposed, so that of several sources to begin
// with none alone decides whom we meet: whoever answers first, or with the most names, would.
//
// What a source tells, and what those tell that it told of, is one voice; the nodes that we
// remember are one too. For a moment everything waits; then the voices take turns: of what was
// proposed, no voice has more than its share of the voices that spoke, and one. After a while they
// have had their chance: what still waits is proposed, and everything from then on at once.
//
// What the own nodes of two given sources tell is nobody's alone and does not wait. Nobody else
// counts for that: an honest source names a stranger's node as readily as any, and who remembers
// many nodes remembers a hostile one; either would free what a hostile source told. Strangers,
// whom no source told of, have no turn: they came by themselves, as many as they like.
//
// What it does not stop: a hostile node that an honest source tells of speaks with that voice, and
// so within its share.
//
// A node is of the voice that has the better word for it: a source's own, then hearsay, then a
// stranger's. So who tells of a source's nodes before it does, cannot put them behind his own.
//
// With one source or none there is nothing to share: nothing waits.
//
// Bounds: Limits::ids_remembered_max nodes, shared out among the voices so that none takes up the
// others' places; those beyond are told of again later.
class FirstProposals {
public:
    FirstProposals(const Limits& limits, Random& random) : limits_(limits), random_(random) {}

    // The nodes that we remember, which are one source if there are any, and those of each source
    // that was given. All is held back until `heard`, shared out until `end`.
    void open(const std::vector<NodeId>& remembered,
              const std::vector<std::vector<NodeId>>& given,
              Time heard,
              Time end);
    [[nodiscard]] bool sharing() const { return !voices_.empty(); }
    // Only while sharing. `teller` told of it, or it spoke for itself.
    void found(const Sighting& sighting, const NodeId& teller);
    // What may be proposed now.
    std::vector<Sighting> due(Time now);
    [[nodiscard]] std::optional<Time> next_wakeup() const { return next_; }

private:
    // How a voice knows of a node, the better one last.
    enum class Word : std::uint8_t { of_a_stranger, hearsay, of_the_source };
    // One that was named waits for its turn only when it spoke for itself.
    enum class Stage : std::uint8_t { named, waiting, proposed };

    struct Voice {
        std::deque<Sighting> waiting;
        std::size_t told = 0;  // of nodes that nobody had named before
        bool spoke = false;
        std::size_t proposed = 0;  // while no other voice had as good a word for it
    };
    struct Known {
        std::size_t voice = 0;
        Stage stage = Stage::named;
        Word word = Word::hearsay;   // that told of it
        Word tells = Word::hearsay;  // what it says of others, or of itself
    };

    [[nodiscard]] Known teller_of(const NodeId& id) const;
    void wait(const Sighting& sighting, Known& known, const Known& teller);
    void leave(const NodeId& id, std::size_t voice);
    [[nodiscard]] std::optional<std::size_t> next_voice();
    void propose(std::size_t voice, std::vector<Sighting>& out);
    std::vector<Sighting> close();

    const Limits& limits_;
    Random& random_;
    // Of those given, then the remembered one, then the strangers'. None: not sharing.
    std::vector<Voice> voices_;
    std::map<NodeId, Known> nodes_;
    std::vector<Sighting> agreed_;  // told of by two sources
    std::size_t proposed_ = 0;      // in all
    Time heard_, end_;
    std::optional<Time> next_;
};

}  // namespace starling::p2p::discv5
