#include "p2p/dialler.h"

#include "p2p/earliest.h"

#include <algorithm>

namespace starling::p2p {

namespace {

bool is_connected(const Endpoint& address, const std::optional<NodeId>& node, const Peers& peers) {
    return std::ranges::any_of(peers.all(), [&](const auto& entry) {
        const Peer& peer = entry.second;
        return (node && peer.node == node) || (!peer.inbound() && peer.address == address);
    });
}

}  // namespace

void Dialler::added(const PeerAdded& added, Turn& turn) {
    if (targets_.size() >= limits_.manual_max) return;
    const auto [it, made] = targets_.try_emplace(added.address);
    it->second.keep = made ? added.keep : it->second.keep || added.keep;
    if (added.key) {
        it->second.key = added.key;
        it->second.node = node_id_of(*added.key);
        collect_nodes();
    }
    if (is_connected(it->first, it->second.node, turn.peers)) {
        it->second.next.reset();
        return;
    }
    // One that is being dialled already is left alone.
    if (made || it->second.next) dial(it->first, it->second, turn);
}

void Dialler::removed(const Endpoint& address) {
    targets_.erase(address);
    collect_nodes();
}

void Dialler::forget(const NodeId& node) {
    std::erase_if(targets_, [&](const auto& entry) { return entry.second.node == node; });
    nodes_.erase(node);
}

void Dialler::connected(const Peer& peer) {
    const auto target = targets_.find(peer.address);
    if (target != targets_.end() && !peer.inbound()) target->second.next.reset();
}

void Dialler::ready(const Peer& peer) {
    const auto target = targets_.find(peer.address);
    if (target != targets_.end() && !peer.inbound()) target->second.wait = Duration::zero();
}

void Dialler::lost(const Peer& peer, Time now) {
    if (peer.is_ourselves && !peer.inbound()) return removed(peer.address);
    std::vector<Endpoint> lost;
    for (const auto& [address, target] : targets_) {
        const bool same_node = peer.node && target.node == peer.node;
        if (same_node || (!peer.inbound() && address == peer.address)) lost.push_back(address);
    }
    for (const Endpoint& address : lost)
        retry(address, now);
}

void Dialler::failed(const Endpoint& address, Time now) {
    retry(address, now);
}

void Dialler::set_active(bool active, Turn& turn) {
    if (active == active_) return;
    active_ = active;
    for (auto& [address, target] : targets_) {
        target.wait = Duration::zero();
        if (active_) target.next = turn.now;
    }
    if (active_) handle_timer(turn);
}

void Dialler::handle_timer(Turn& turn) {
    if (!active_) return;
    for (auto& [address, target] : targets_) {
        if (!target.next || *target.next > turn.now) continue;
        if (is_connected(address, target.node, turn.peers)) {
            target.next.reset();  // until it is lost
        } else {
            dial(address, target, turn);
        }
    }
}

std::optional<Time> Dialler::next_wakeup() const {
    std::optional<Time> wakeup;
    if (!active_) return wakeup;
    for (const auto& [address, target] : targets_)
        wakeup = earliest(wakeup, target.next);
    return wakeup;
}

std::set<Endpoint> Dialler::given() const {
    std::set<Endpoint> addresses;
    for (const auto& [address, target] : targets_) {
        if (target.keep) addresses.insert(address);
    }
    return addresses;
}

void Dialler::dial(const Endpoint& address, Target& target, Turn& turn) {
    if (!active_) {
        target.next = turn.now;  // as soon as it may
        return;
    }
    target.next.reset();
    turn.out.dial({.address = address, .manual = true, .key = target.key});
}

void Dialler::retry(const Endpoint& address, Time now) {
    const auto target = targets_.find(address);
    if (target == targets_.end()) return;
    Target& of = target->second;
    if (!of.keep) {
        removed(address);
        return;
    }
    of.wait = std::clamp(2 * of.wait, pace_.redial_min, pace_.redial_max);
    // Two nodes that lost each other at once shall not meet in step for ever.
    const auto spread = static_cast<std::uint64_t>(of.wait.count() / 4 + 1);
    of.next = now + of.wait + Duration{static_cast<std::int64_t>(random_.below(spread))};
}

void Dialler::collect_nodes() {
    nodes_.clear();
    for (const auto& [address, target] : targets_) {
        if (target.node) nodes_.insert(*target.node);
    }
}

}  // namespace starling::p2p
