#include "p2p/discovery/bucket.h"

#include "p2p/netgroup.h"

#include <algorithm>
#include <cassert>
#include <string>
#include <utility>

namespace starling::p2p::discv5 {

namespace {

bool is_inbound(const TableNode& node) {
    return node.origin == Origin::inbound;
}

auto with_id(const NodeId& id) {
    return [&id](const TableNode& node) { return node.record->id() == id; };
}

TableNode* find_in(std::vector<TableNode>& nodes, const NodeId& id) {
    const auto it = std::ranges::find_if(nodes, with_id(id));
    return it == nodes.end() ? nullptr : &*it;
}

}  // namespace

TableNode* Bucket::find(const NodeId& id) {
    return find_in(nodes, id);
}

TableNode* Bucket::find_replacement(const NodeId& id) {
    return find_in(replacements, id);
}

std::size_t Bucket::inbound() const {
    return static_cast<std::size_t>(std::ranges::count_if(nodes, is_inbound));
}

std::size_t Bucket::of_subnet(const Endpoint& address) const {
    const std::string subnet = subnet_of(address);
    return static_cast<std::size_t>(std::ranges::count_if(
        nodes, [&](const TableNode& node) { return subnet_of(node.address) == subnet; }));
}

void Bucket::insert(TableNode node) {
    const auto place = std::ranges::upper_bound(nodes, node.last_seen, {}, &TableNode::last_seen);
    nodes.insert(place, std::move(node));
}

TableNode Bucket::take(const NodeId& id) {
    const auto it = std::ranges::find_if(nodes, with_id(id));
    assert(it != nodes.end());
    TableNode node = std::move(*it);
    nodes.erase(it);
    return node;
}

void Bucket::forget_replacement(const NodeId& id) {
    std::erase_if(replacements, with_id(id));
}

Admission Bucket::keep(TableNode node, const Limits& limits, const OverlayRules& rules) {
    forget_replacement(node.record->id());
    const std::string subnet = subnet_of(node.address);
    const auto is_neighbour = [&](const TableNode& other) {
        return subnet_of(other.address) == subnet;
    };
    const bool subnet_full =
        std::ranges::count_if(replacements, is_neighbour) >= rules.subnet_bucket_max;
    if (subnet_full || replacements.size() >= limits.bucket_replacements) {
        const auto is_rival = [&](const TableNode& other) {
            return !subnet_full || is_neighbour(other);
        };
        auto victim = std::ranges::find_if(replacements, [&](const TableNode& other) {
            return is_rival(other) && is_inbound(other);
        });
        if (victim == replacements.end() && !is_inbound(node))
            victim = std::ranges::find_if(replacements, is_rival);
        if (victim == replacements.end())
            return subnet_full ? Admission::subnet_full : Admission::inbound_full;
        replacements.erase(victim);
    }
    replacements.push_back(std::move(node));
    return Admission::kept_as_replacement;
}

}  // namespace starling::p2p::discv5
