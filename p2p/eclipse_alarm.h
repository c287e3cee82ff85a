#pragma once

#include "consensus/time.h"
#include "p2p/discovery/density.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace starling::p2p {

// What an eclipse shows of itself to its victim: taken by Gossip::eclipse_signs, the density by
// discovery. Nothing of it is proof; what is not looked at says so in its term.
struct EclipseSigns {
    Duration up{0};       // since Gossip opened
    Duration looking{0};  // and for how long there was something to be seen: see EclipseAlarm::look
    // On a network of one machine all are of one group and nobody need mine: neither is looked at.
    bool one_machine = false;
    // Peers of our own accord after verack, extra ones and feelers aside; their netgroups; how many
    // peers there should be (0: none are sought), and netgroups: as many, or those that are known
    // and have a node that is ours to dial: one that is neither connected in some other way nor
    // refused by a person.
    std::size_t outbound = 0, netgroups = 0, wanted = 0, netgroups_wanted = 0;
    // For how long there was no news of the chain, and the target between blocks. 0 seconds of it,
    // where blocks come when a person wants them, or catching up: none is expected.
    Duration quiet{0};
    Duration spacing{0};
    bool catching_up = false;
    // Block-only peers of the last run that were dialled, and those of them that were reached.
    std::size_t anchors_tried = 0, anchors_kept = 0;
    // Of the nodes nearest to our own id; no ratio: too few are known to tell.
    discv5::DensityFigures density = {};
};

// How many netgroups are missed by who seeks `peers`, of `known` that could be dialled. Of a
// network that has fewer than 4, so many are missed all the same: else who is the first to tell us
// of nodes, of his own netgroup alone, is not seen.
std::size_t netgroups_wanted(std::size_t peers, std::size_t known);

enum class EclipseLevel : std::uint8_t {
    calm,
    watch,  // one thing is as it would be: worth a look
    alarm,  // what honest networks hardly ever show: find another peer by hand (--addnode)
};
std::string_view to_string(EclipseLevel level);

struct EclipseTerm {
    std::string_view name;            // "netgroups", "tip", "anchors", "density"
    std::optional<unsigned> percent;  // how far it alone fills the gauge; none: not looked at
    std::string seen;                 // "3 of 12 peers, in 3 of 12 netgroups"
};

struct EclipseReport {
    unsigned gauge = 0;  // 0 to 100
    EclipseLevel level = EclipseLevel::calm;
    EclipseLevel before = EclipseLevel::calm;  // of the look before; another: people are told, once
    std::array<EclipseTerm, 4> terms;
};
// "watch, 52 of 100: tip 52 (no block for 19 minutes, one in 2 is expected), ..."
std::string describe(const EclipseReport& report);

// The gauge and its terms, without a level. Each term alone fills it up to a bound of its own, for
// each alone has an honest cause; together they add up as independent doubts do: what is left of
// the calm is the product of what each leaves.
//
//   netgroups  the share of slots without a netgroup of their own, to 60; of a small network no
//              more are asked for than have nodes that are ours to dial. Not in the first five
//              minutes of looking. Two groups of twelve are worth a look, and one of any: its
//              owner decides all that we see.
//   tip        the chance of so long a wait if blocks come at random (Poisson): 12.5 a decade, so
//              50 is one in 10^4 and 100 one in 10^8.
//   anchors    the share that was lost, to 30; fades over a day, for it tells of the start.
//   density    from twice what is expected, to 70 at five times as much; 50 at the least while
//              discovery finds the place too dense, by the nearest 8 too (discovery/density.h):
//              less than one in a hundred of an honest network's nodes has such a place.
EclipseReport eclipse_gauge(const EclipseSigns& signs);

// Turns gauges into a level that does not flutter: up at once at 50 and 75, down only at 40 and 60.
// Poisson waits alone bring it to `alarm` once in 10^6 blocks.
class EclipseAlarm {
public:
    static constexpr unsigned kWatch = 50, kWatchEnds = 40;
    static constexpr unsigned kAlarm = 75, kAlarmEnds = 60;

    // Looks further apart than this, or back in time, were not looks at one thing: the machine
    // slept, or its clock was set. What passed meanwhile is nobody's doing.
    static constexpr Duration kLooksApartMax = std::chrono::minutes{1};

    // What judge() says, where nothing counts for longer than looks have come one after the other:
    // signs that are older than the first of them, as those of a long start, are cut down to it.
    EclipseReport look(EclipseSigns signs, Time now);
    // The report of these signs, with the level that they lead to.
    EclipseReport judge(const EclipseSigns& signs);
    [[nodiscard]] EclipseLevel level() const { return level_; }

private:
    EclipseLevel level_ = EclipseLevel::calm;
    std::optional<Time> looked_;  // last
    Time looking_since_;
};

}  // namespace starling::p2p
