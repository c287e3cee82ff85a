#pragma once

#include "p2p/identity/node_id.h"

#include <cstddef>
#include <map>
#include <optional>
#include <vector>

namespace starling::p2p::discv5 {

// What one path of a lookup has heard of, and from whom.
//
// Invariant: a teller was heard of before those that it told of, so that following tellers ends.
class LookupPath {
public:
    using Distance = NodeId;  // the XOR: sorts by nearness
    struct Heard {
        NodeId id;
        std::optional<NodeId> teller;  // none: our own table
        std::size_t hop = 0;           // tellers up to our table
        std::size_t place = 0;         // in the lookup's list of nodes
    };

    explicit LookupPath(const NodeId& target) : target_(target) {}

    void hear(const NodeId& id, std::size_t place, const std::optional<NodeId>& teller);
    // Nearest to the target first.
    [[nodiscard]] const std::map<Distance, Heard>& nearest() const { return heard_; }
    [[nodiscard]] const Heard* find(const NodeId& id) const;
    // Who told of it, who told of that one and so on; the one of our table first.
    [[nodiscard]] std::vector<NodeId> tellers(const NodeId& id) const;

    std::size_t questions = 0;   // asked so far
    std::size_t unanswered = 0;  // of them still open

private:
    [[nodiscard]] Distance distance(const NodeId& id) const;

    NodeId target_;
    std::map<Distance, Heard> heard_;
};

}  // namespace starling::p2p::discv5
