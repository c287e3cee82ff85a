#pragma once

#include "consensus/time.h"
#include "p2p/discovery/limits.h"
#include "p2p/discovery/table.h"
#include "p2p/identity/sighting.h"

#include <optional>
#include <vector>

namespace starling::p2p::discv5 {

// Decides whom we ask when we know nobody: the nodes that we remember, the freshest first, a moment
// later the bootstrap records; all of them again and again, with growing waits, while the table is
// poor, and more often while nobody in it lives.
//
// All sources at once, and until three of them answered (or as many as there are) also while the
// table is full of what one of them told: what we remember is one source, and may be an attacker's
// as a whole.
//
// A first ping that is lost must not leave a node alone for ever (geth #20630), and a bootstrap
// node that was restarted finds back only because others ask it again.
class Bootstrap {
public:
    Bootstrap(const Limits& limits, const Pace& pace) : limits_(limits), pace_(pace) {}

    static constexpr std::size_t kSources = 3;

    // `remembered`: freshest first. `given`: by source.
    void open(const std::vector<Shared<Record>>& remembered,
              const std::vector<std::vector<Shared<Record>>>& given,
              Time now);
    void answered(const NodeId& id);
    // Whom to ask now; each is given until it is in a table that is not poor.
    std::vector<Sighting> due(const Table& table, Time now);
    // The last live node of the table is gone.
    void left_alone(Time now);
    [[nodiscard]] std::optional<Time> next_wakeup() const { return next_; }

private:
    void schedule();

    struct Target {
        Shared<Record> record;
        Origin origin;
        std::size_t source = 0;
        Time next;
        Duration wait;  // before the next attempt but one
        unsigned attempts = 0;
    };

    const Limits& limits_;
    Pace pace_;
    [[nodiscard]] bool wanted(const Target& target) const;

    std::vector<Target> targets_;
    std::vector<bool> answered_;    // by source; the first: those that we remember
    std::size_t more_sources_ = 0;  // that are to answer
    std::optional<Time> next_;      // the earliest of theirs
};

}  // namespace starling::p2p::discv5
