#pragma once

#include "consensus/random.h"
#include "p2p/limits.h"
#include "p2p/outbox.h"

#include <map>
#include <optional>
#include <set>

namespace starling::p2p {

// Keeps the connections that a person asked for: dials them, and dials again when they are lost,
// each time after twice the wait, up to a limit; a handshake that succeeds starts the wait anew.
//
// A node that is connected already, by whichever side, is not dialled: its target waits until that
// connection is lost.
class Dialler {
public:
    Dialler(const Limits& limits, const Pace& pace, Random& random)
        : limits_(limits), pace_(pace), random_(random) {}

    void added(const PeerAdded& added, Turn& turn);
    void removed(const Endpoint& address);
    void forget(const NodeId& node);  // refused: what was given for it is not dialled any more
    void connected(const Peer& peer);
    void ready(const Peer& peer);
    void lost(const Peer& peer, Time now);
    void failed(const Endpoint& address, Time now);
    void set_active(bool active, Turn& turn);
    void handle_timer(Turn& turn);
    [[nodiscard]] std::optional<Time> next_wakeup() const;

    [[nodiscard]] bool active() const { return active_; }
    [[nodiscard]] std::set<Endpoint> given() const;                         // that are to be kept
    [[nodiscard]] const std::set<NodeId>& nodes() const { return nodes_; }  // of all targets

private:
    struct Target {
        bool keep = true;
        std::optional<CompressedKey> key;
        std::optional<NodeId> node;  // of the key
        std::optional<Time> next;    // none: being dialled, or connected
        Duration wait{0};            // the last one
    };

    void dial(const Endpoint& address, Target& target, Turn& turn);
    void retry(const Endpoint& address, Time now);
    void collect_nodes();

    const Limits& limits_;
    Pace pace_;
    Random& random_;
    std::map<Endpoint, Target> targets_;
    std::set<NodeId> nodes_;
    bool active_ = true;
};

}  // namespace starling::p2p
