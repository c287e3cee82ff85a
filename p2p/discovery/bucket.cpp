#include "p2p/discovery/bucket.h"

#include "p2p/discovery/hashes.h"
#include "p2p/discovery/subnet.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace starling::p2p::discv5 {

namespace {

bool is_inbound(const TableNode& node) {
    return node.origin == Origin::inbound;
}

auto with_id(const NodeId& id) {
    return [&id](const TableNode& node) { return node.record->id() == id; };
}

}  // namespace

TableNode* Bucket::find(const NodeId& id) {
    const std::uint64_t prefix = prefix_of(id);
    for (std::size_t i = 0; i < nodes.size(); ++i)
        if (prefixes[i] == prefix && nodes[i].record->id() == id) return &nodes[i];
    return nullptr;
}

TableNode* Bucket::find_replacement(const NodeId& id) {
    const auto it = std::ranges::find_if(replacements, with_id(id));
    return it == replacements.end() ? nullptr : &*it;
}

std::size_t Bucket::inbound() const {
    return static_cast<std::size_t>(std::ranges::count_if(nodes, is_inbound));
}

std::size_t Bucket::of_subnet(const Endpoint& address) const {
    const Subnet subnet = Subnet::of(address);
    return static_cast<std::size_t>(std::ranges::count_if(
        nodes, [&](const TableNode& node) { return Subnet::of(node.address) == subnet; }));
}

std::size_t Bucket::of_group(const Netgroup& group) const {
    return static_cast<std::size_t>(std::ranges::count(nodes, group, &TableNode::netgroup));
}

void Bucket::insert(TableNode node) {
    const auto place = std::ranges::upper_bound(nodes, node.last_seen, {}, &TableNode::last_seen);
    prefixes.insert(prefixes.begin() + (place - nodes.begin()), prefix_of(node.record->id()));
    nodes.insert(place, std::move(node));
}

TableNode Bucket::take(const NodeId& id) {
    TableNode* found = find(id);
    assert(found != nullptr);
    const auto at = found - nodes.data();
    TableNode node = std::move(*found);
    nodes.erase(nodes.begin() + at);
    prefixes.erase(prefixes.begin() + at);
    return node;
}

void Bucket::forget_replacement(const NodeId& id) {
    std::erase_if(replacements, with_id(id));
}

Admission Bucket::keep(TableNode node, const Limits& limits, const OverlayRules& rules) {
    forget_replacement(node.record->id());
    const Subnet subnet = Subnet::of(node.address);
    const auto is_neighbour = [&](const TableNode& other) {
        return Subnet::of(other.address) == subnet;
    };
    const bool subnet_full =
        std::ranges::count_if(replacements, is_neighbour) >= rules.subnet_bucket_max;
    const bool group_full = std::ranges::count(replacements, node.netgroup, &TableNode::netgroup) >=
                            rules.group_bucket_max;
    if (subnet_full || group_full || replacements.size() >= limits.bucket_replacements) {
        const auto is_rival = [&](const TableNode& other) {
            return (!subnet_full || is_neighbour(other)) &&
                   (!group_full || other.netgroup == node.netgroup);
        };
        auto victim = std::ranges::find_if(replacements, [&](const TableNode& other) {
            return is_rival(other) && is_inbound(other);
        });
        if (victim == replacements.end() && !is_inbound(node))
            victim = std::ranges::find_if(replacements, is_rival);
        if (victim == replacements.end() && subnet_full) return Admission::subnet_full;
        if (victim == replacements.end())
            return group_full ? Admission::group_full : Admission::inbound_full;
        replacements.erase(victim);
    }
    replacements.push_back(std::move(node));
    return Admission::kept_as_replacement;
}

}  // namespace starling::p2p::discv5
