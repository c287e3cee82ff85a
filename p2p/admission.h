#pragma once

#include "p2p/limits.h"
#include "p2p/peers.h"
#include "p2p/refusals.h"

#include <optional>
#include <set>

namespace starling::p2p {

// Decides which connections may stay, by who is at their other end as the link has proved it: not
// ourselves, nobody whom a person refused, and one connection a node.
//
// Of two connections between the same nodes the one dialled by the lower id stays, so that both
// sides, each by itself, keep the same one in whatever order they see them. Of two dialled by the
// same side the dialler keeps the older (it never means to dial twice), the other the newer: a node
// that calls again has lost the connection that we still believe in.
class Admission {
public:
    explicit Admission(const Limits& limits) : limits_(limits) {}

    void know_ourselves(const NodeId& own) { own_ = own; }
    // Past Limits::refused_nodes_max no more are taken.
    void refuse(const NodeId& node, bool refused);
    [[nodiscard]] bool is_ourselves(const NodeId& node) const { return own_ == node; }
    // May a connection with it be sought?
    [[nodiscard]] bool allows(const NodeId& node) const {
        return own_ != node && !refused_.contains(node);
    }
    [[nodiscard]] const std::set<NodeId>& refused_nodes() const { return refused_; }

    // At most one of both.
    struct Verdict {
        std::optional<Refusal> refusal;
        std::optional<PeerId> replaced;  // the newcomer stays instead of it
    };
    // `newcomer` is not among `peers` yet.
    [[nodiscard]] Verdict judge(const Peer& newcomer, const Peers& peers) const;

private:
    [[nodiscard]] bool replaces(const Peer& newcomer, const Peer& present) const;

    const Limits& limits_;
    std::optional<NodeId> own_;
    std::set<NodeId> refused_;
};

}  // namespace starling::p2p
