#include "p2p/tx_requests.h"

#include <algorithm>
#include <cassert>

namespace starling::p2p {

void TxRequests::announced(PeerId peer, Direction direction, const TxName& tx, Time now) {
    std::set<TxName>& from_peer = announced_by_[peer];
    if (from_peer.size() >= kAnnouncementsPerPeerMax) return;
    if (!from_peer.insert(tx).second) return;

    const Duration delay = direction == Direction::inbound ? inbound_delay_ : Duration::zero();
    const auto entry = tracked_.try_emplace(tx).first;
    entry->second.announcements.push_back({peer, State::waiting, now + delay});
    reschedule(entry);
}

void TxRequests::not_found(PeerId peer, const TxName& tx) {
    const auto entry = tracked_.find(tx);
    if (entry == tracked_.end()) return;

    for (Announcement& a : entry->second.announcements) {
        if (a.peer == peer && a.state == State::asked) a.state = State::failed;
    }
    reschedule(entry);
}

void TxRequests::forget(const TxName& tx) {
    const auto entry = tracked_.find(tx);
    if (entry != tracked_.end()) erase(entry);
}

void TxRequests::disconnected(PeerId peer) {
    const auto from_peer = announced_by_.extract(peer);
    if (!from_peer) return;

    for (const TxName& tx : from_peer.mapped()) {
        const auto entry = tracked_.find(tx);
        assert(entry != tracked_.end());
        std::erase_if(entry->second.announcements,
                      [&](const Announcement& a) { return a.peer == peer; });
        reschedule(entry);
    }
}

std::vector<TxRequests::Request> TxRequests::due(Time now) {
    std::vector<Request> requests;
    while (!wakeups_.empty() && wakeups_.begin()->first <= now) {
        const auto entry = tracked_.find(wakeups_.begin()->second);
        if (const auto request = choose(entry->first, entry->second, now))
            requests.push_back(*request);
        reschedule(entry);
    }
    return requests;
}

std::optional<Time> TxRequests::next_wakeup() const {
    if (wakeups_.empty()) return std::nullopt;
    return wakeups_.begin()->first;
}

bool TxRequests::asked(PeerId peer, const TxName& tx) const {
    const auto entry = tracked_.find(tx);
    return entry != tracked_.end() &&
           std::ranges::any_of(entry->second.announcements, [&](const Announcement& a) {
               return a.peer == peer && a.state == State::asked;
           });
}

// Fails the request that ran out of time, if any, and asks a random peer among those ready.
std::optional<TxRequests::Request> TxRequests::choose(const TxName& tx,
                                                      Tracked& tracked,
                                                      Time now) {
    PeerId silent;
    std::vector<Announcement*> ready;
    for (Announcement& a : tracked.announcements) {
        if (a.state == State::asked) {
            if (a.deadline > now) return std::nullopt;
            a.state = State::failed;
            silent = a.peer;
        }
        if (a.state == State::waiting && a.deadline <= now) ready.push_back(&a);
    }
    if (ready.empty()) return std::nullopt;

    // A predictable choice would let an attacker arrange to be asked first.
    Announcement& chosen = *ready[random_.below(ready.size())];
    chosen.state = State::asked;
    chosen.deadline = now + kReplyTimeout;
    return Request{chosen.peer, tx, silent};
}

// Restores the invariants after the announcements of one transaction changed.
void TxRequests::reschedule(TrackedMap::iterator entry) {
    auto& [tx, tracked] = *entry;
    std::optional<Time> wakeup;
    for (const Announcement& a : tracked.announcements) {
        if (a.state == State::failed) continue;
        if (a.state == State::asked) {
            wakeup = a.deadline;
            break;
        }
        wakeup = wakeup ? std::min(*wakeup, a.deadline) : a.deadline;
    }
    if (!wakeup) return erase(entry);
    if (wakeup == tracked.wakeup) return;
    if (tracked.wakeup) wakeups_.erase({*tracked.wakeup, tx});
    tracked.wakeup = wakeup;
    wakeups_.emplace(*wakeup, tx);
}

void TxRequests::erase(TrackedMap::iterator entry) {
    const auto& [tx, tracked] = *entry;
    if (tracked.wakeup) wakeups_.erase({*tracked.wakeup, tx});
    for (const Announcement& a : tracked.announcements) {
        const auto from_peer = announced_by_.find(a.peer);
        if (from_peer == announced_by_.end()) continue;
        from_peer->second.erase(tx);
        if (from_peer->second.empty()) announced_by_.erase(from_peer);
    }
    tracked_.erase(entry);
}

}  // namespace starling::p2p
