#pragma once

#include "node/machine.h"

namespace starling::node {

// Tells a person in the log what happens to the chain and to peers: one line a tip, a line more for
// what a reorganisation took back.
//
// While we catch up with the network, tips are told once in kInterval: a line a block would bury
// everything else.
class Journal final : public Watcher {
public:
    static constexpr Duration kInterval = std::chrono::seconds{5};
    // A tip older than this is history that is being caught up with.
    static constexpr Duration kRecent = std::chrono::hours{2};

    explicit Journal(Machine& machine);

    void tip_changed(const chain::TipChanged& changed) override;
    void block_invalid(const chain::BlockInvalid& invalid) override;
    void gossip_event(const p2p::Event& event) override;

private:
    Time last_{};
};

// "height 7, tip 0f9188…, 3 transactions" and the like.
std::string tip_line(const chain::TipChanged& changed);

}  // namespace starling::node
