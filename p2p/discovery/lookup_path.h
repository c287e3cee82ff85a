#pragma once

#include "p2p/identity/node_id.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace starling::p2p::discv5 {

// What one path of a lookup has heard of, and from whom. Nodes are named by their places in the
// lookup's list: most of what a path hears it has heard before, which is then found by an index.
//
// Invariant: a teller was heard of before those that it told of, so that following tellers ends.
class LookupPath {
public:
    struct Heard {
        NodeId id;
        std::size_t place = 0;              // in the lookup's list of nodes
        std::optional<std::size_t> teller;  // its place; none: our own table
        std::size_t hop = 0;                // tellers up to our table
    };

    explicit LookupPath(const NodeId& target) : target_(target) {}

    void hear(const NodeId& id, std::size_t place, std::optional<std::size_t> teller);
    [[nodiscard]] std::size_t size() const { return heard_.size(); }
    // The n-th nearest to the target of what it heard of.
    [[nodiscard]] const Heard& nearest(std::size_t n) const { return heard_[nearest_[n]]; }
    // Null if it has not heard of the node.
    [[nodiscard]] const Heard* find(std::size_t place) const;
    // The places of who told of it, who told of that one and so on; the one of our table first.
    [[nodiscard]] std::vector<std::size_t> tellers(std::size_t place) const;

    std::size_t questions = 0;   // asked so far
    std::size_t unanswered = 0;  // of them still open

private:
    NodeId target_;
    std::vector<Heard> heard_;             // in the order in which it was heard of
    std::vector<std::uint32_t> nearest_;   // indices of it, the nearest to the target first
    std::vector<std::uint32_t> by_place_;  // indices of it and one; zero: not heard of
};

}  // namespace starling::p2p::discv5
