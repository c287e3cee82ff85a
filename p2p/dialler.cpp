#include "p2p/dialler.h"

#include "p2p/earliest.h"

#include <algorithm>

namespace starling::p2p {

void Dialler::added(const PeerAdded& added, Turn& turn) {
    if (targets_.size() >= limits_.manual_max) return;
    const auto [it, made] = targets_.try_emplace(added.address);
    it->second.keep = made ? added.keep : it->second.keep || added.keep;
    const bool connected = std::ranges::any_of(turn.peers.all(), [&](const auto& entry) {
        return !entry.second.inbound() && entry.second.address == added.address;
    });
    if (connected) {
        it->second.next.reset();
        return;
    }
    // One that is being dialled already is left alone.
    if (made || it->second.next) dial(it->first, it->second, turn);
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
    if (peer.inbound()) return;
    if (peer.is_ourselves) return removed(peer.address);
    retry(peer.address, now);
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
        if (target.next && *target.next <= turn.now) dial(address, target, turn);
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
    turn.out.dial(address);
}

void Dialler::retry(const Endpoint& address, Time now) {
    const auto target = targets_.find(address);
    if (target == targets_.end()) return;
    Target& of = target->second;
    if (!of.keep) {
        targets_.erase(target);
        return;
    }
    of.wait = std::clamp(2 * of.wait, pace_.redial_min, pace_.redial_max);
    // Two nodes that lost each other at once shall not meet in step for ever.
    const auto spread = static_cast<std::uint64_t>(of.wait.count() / 4 + 1);
    of.next = now + of.wait + Duration{static_cast<std::int64_t>(random_.below(spread))};
}

}  // namespace starling::p2p
