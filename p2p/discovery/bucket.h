#pragma once

#include "consensus/parameters.h"
#include "consensus/time.h"
#include "p2p/discovery/limits.h"
#include "p2p/discovery/table.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace starling::p2p::discv5 {

// Nodes in an order that its owner gives them, and beside them the first bytes of their ids: one is
// found without a look at the records of all.
class NodeList {
public:
    // Valid until the next change. It may be changed itself, but for its id.
    [[nodiscard]] TableNode* find(const NodeId& id);
    void insert(std::size_t at, TableNode node);
    TableNode take(std::size_t at);
    [[nodiscard]] std::size_t place_of(const TableNode& node) const {
        return static_cast<std::size_t>(&node - nodes_.data());
    }
    [[nodiscard]] const std::vector<TableNode>& all() const { return nodes_; }
    [[nodiscard]] std::size_t size() const { return nodes_.size(); }

private:
    std::vector<TableNode> nodes_;
    std::vector<std::uint64_t> prefixes_;  // beside them, one each
};

// The nodes of one distance and those that wait for a place among them.
//
// Invariants: both lists least recently seen first; nobody is in both. The table sees to the size
// of `nodes`, keep() to that of `replacements`.
struct Bucket {
    NodeList nodes;
    NodeList replacements;
    std::optional<Time> revalidated;  // when a check of one of its nodes last ended

    [[nodiscard]] std::size_t inbound() const;  // of the nodes, those that only spoke to us
    [[nodiscard]] std::size_t of_subnet(const Endpoint& address) const;  // of the nodes
    [[nodiscard]] std::size_t of_group(const Netgroup& group) const;

    void insert(TableNode node);       // among the nodes, at its last_seen
    TableNode take(const NodeId& id);  // one of the nodes
    void forget_replacement(const NodeId& id);
    // Puts it among the replacements, if need be in the place of another: of its own subnet or
    // netgroup if that has its measure, else of anybody; first of those that spoke to us, then,
    // unless it did so itself, of the others; of these the least recently seen.
    Admission keep(TableNode node, const Limits& limits, const OverlayRules& rules);
};

}  // namespace starling::p2p::discv5
