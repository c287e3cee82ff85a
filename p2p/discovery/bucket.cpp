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

}  // namespace

TableNode* NodeList::find(const NodeId& id) {
    const std::uint64_t prefix = prefix_of(id);
    for (std::size_t i = 0; i < nodes_.size(); ++i)
        if (prefixes_[i] == prefix && nodes_[i].record->id() == id) return &nodes_[i];
    return nullptr;
}

void NodeList::insert(std::size_t at, TableNode node) {
    const auto offset = static_cast<std::ptrdiff_t>(at);
    prefixes_.insert(prefixes_.begin() + offset, prefix_of(node.record->id()));
    nodes_.insert(nodes_.begin() + offset, std::move(node));
}

TableNode NodeList::take(std::size_t at) {
    const auto offset = static_cast<std::ptrdiff_t>(at);
    TableNode node = std::move(nodes_.at(at));
    nodes_.erase(nodes_.begin() + offset);
    prefixes_.erase(prefixes_.begin() + offset);
    return node;
}

std::size_t Bucket::inbound() const {
    return static_cast<std::size_t>(std::ranges::count_if(nodes.all(), is_inbound));
}

std::size_t Bucket::of_subnet(const Endpoint& address) const {
    const Subnet subnet = Subnet::of(address);
    return static_cast<std::size_t>(std::ranges::count_if(
        nodes.all(), [&](const TableNode& node) { return Subnet::of(node.address) == subnet; }));
}

std::size_t Bucket::of_group(const Netgroup& group) const {
    return static_cast<std::size_t>(std::ranges::count(nodes.all(), group, &TableNode::netgroup));
}

void Bucket::insert(TableNode node) {
    const auto& all = nodes.all();
    const auto place = std::ranges::upper_bound(all, node.last_seen, {}, &TableNode::last_seen);
    nodes.insert(static_cast<std::size_t>(place - all.begin()), std::move(node));
}

TableNode Bucket::take(const NodeId& id) {
    const TableNode* found = nodes.find(id);
    assert(found != nullptr);
    return nodes.take(nodes.place_of(*found));
}

void Bucket::forget_replacement(const NodeId& id) {
    const TableNode* found = replacements.find(id);
    if (found != nullptr) replacements.take(replacements.place_of(*found));
}

Admission Bucket::keep(TableNode node, const Limits& limits, const OverlayRules& rules) {
    forget_replacement(node.record->id());
    const Subnet subnet = Subnet::of(node.address);
    const auto is_neighbour = [&](const TableNode& other) {
        return Subnet::of(other.address) == subnet;
    };
    const auto& waiting = replacements.all();
    const bool subnet_full =
        std::ranges::count_if(waiting, is_neighbour) >= rules.subnet_bucket_max;
    const bool group_full =
        std::ranges::count(waiting, node.netgroup, &TableNode::netgroup) >= rules.group_bucket_max;
    if (subnet_full || group_full || replacements.size() >= limits.bucket_replacements) {
        const auto is_rival = [&](const TableNode& other) {
            return (!subnet_full || is_neighbour(other)) &&
                   (!group_full || other.netgroup == node.netgroup);
        };
        auto victim = std::ranges::find_if(
            waiting, [&](const TableNode& other) { return is_rival(other) && is_inbound(other); });
        if (victim == waiting.end() && !is_inbound(node))
            victim = std::ranges::find_if(waiting, is_rival);
        if (victim == waiting.end() && subnet_full) return Admission::subnet_full;
        if (victim == waiting.end())
            return group_full ? Admission::group_full : Admission::inbound_full;
        replacements.take(replacements.place_of(*victim));
    }
    replacements.insert(replacements.size(), std::move(node));
    return Admission::kept_as_replacement;
}

}  // namespace starling::p2p::discv5
