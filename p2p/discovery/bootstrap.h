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
// A first ping that is lost must not leave a node alone for ever (geth #20630), and a bootstrap
// node that was restarted finds back only because others ask it again.
class Bootstrap {
public:
    Bootstrap(const Limits& limits, const Pace& pace) : limits_(limits), pace_(pace) {}

    // `remembered`: freshest first.
    void open(const std::vector<Shared<Record>>& remembered,
              const std::vector<Shared<Record>>& given,
              Time now);
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
        Time next;
        Duration wait;  // before the next attempt but one
        unsigned attempts = 0;
    };

    const Limits& limits_;
    Pace pace_;
    std::vector<Target> targets_;
    std::optional<Time> next_;  // the earliest of theirs
};

}  // namespace starling::p2p::discv5
