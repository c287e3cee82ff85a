#pragma once

#include "consensus/random.h"
#include "p2p/identity/identity_work.h"
#include "p2p/limits.h"
#include "p2p/netgroup.h"
#include "p2p/peers.h"
#include "p2p/refusals.h"

#include <cstdint>
#include <optional>
#include <set>

namespace starling::p2p {

// Decides which connections may stay, by who is at their other end as the link has proved it: not
// ourselves, nobody whom a person refused, no identity below the network's price, and one
// connection a node.
//
// Of two connections between the same nodes the one dialled by the lower id stays, so that both
// sides, each by itself, keep the same one in whatever order they see them. Of two dialled by the
// same side the dialler keeps the older (it never means to dial twice), the other the newer: a node
// that calls again has lost the connection that we still believe in.
//
// When all Limits::inbound_max places are taken an inbound peer goes so that another may come, as
// eviction.h chooses. One that comes instead of a connection that we dialled must have a place,
// for the other side keeps no other: there an inbound peer goes that its merit would protect.
class Admission {
public:
    Admission(const Parameters& parameters,
              const Limits& limits,
              Random& random,
              const Netgroups& netgroups)
        : identity_bits_(parameters.identity_bits),
          limits_(limits),
          netgroups_(netgroups),
          key0_(random.next()),
          key1_(random.next()) {}

    void know_ourselves(const NodeId& own) { own_ = own; }
    // Past Limits::refused_nodes_max no more are taken.
    void refuse(const NodeId& node, bool refused);
    [[nodiscard]] bool is_ourselves(const NodeId& node) const { return own_ == node; }
    // May a connection with it be sought?
    [[nodiscard]] bool allows(const NodeId& node) const {
        return own_ != node && !refused_.contains(node);
    }
    // Has the identity of this key the network's price?
    [[nodiscard]] bool accepts(const CompressedKey& key) const {
        return is_paid_for(key, identity_bits_);
    }
    [[nodiscard]] const std::set<NodeId>& refused_nodes() const { return refused_; }

    // With a refusal nobody goes.
    struct Verdict {
        std::optional<Refusal> refusal;
        std::optional<PeerId> replaced;  // the newcomer is its node, and stays instead of it
        std::optional<PeerId> evicted;   // it gives its place to the newcomer
    };
    // `newcomer` is not among `peers` yet; `wanted`: nodes that a person asked for.
    [[nodiscard]] Verdict judge(const Peer& newcomer,
                                const Peers& peers,
                                const std::set<NodeId>& wanted) const;

private:
    [[nodiscard]] bool replaces(const Peer& newcomer, const Peer& present) const;
    void find_place(Verdict& verdict,
                    const Peer& newcomer,
                    const Peers& peers,
                    const std::set<NodeId>& wanted) const;
    [[nodiscard]] std::uint64_t keyed_netgroup(const Endpoint& address) const;

    std::uint8_t identity_bits_;
    const Limits& limits_;
    Netgroups netgroups_;
    std::uint64_t key0_;
    std::uint64_t key1_;
    std::optional<NodeId> own_;
    std::set<NodeId> refused_;
};

}  // namespace starling::p2p
