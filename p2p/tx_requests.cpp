#include "p2p/tx_requests.h"

#include <algorithm>
#include <utility>

namespace starling::p2p {

void TxRequests::announced(PeerId peer, Direction direction, const TxName& tx, Time now) {
    const auto from_peer = announced_by_.try_emplace(peer).first;
    if (from_peer->second.count >= kAnnouncementsPerPeerMax) return;
    if (announced_by(peer, tx)) return;
    note(peer, from_peer->second, tx);
    Tracked& tracked = *tracked_.try_emplace(tx).first;
    const Duration delay = direction == Direction::inbound ? inbound_delay_ : Duration::zero();
    tracked.announcements.push_back({peer, State::waiting, now + delay});
    reschedule(tx, tracked);
}

void TxRequests::not_found(PeerId peer, const TxName& tx) {
    Tracked* tracked = tracked_.find(tx);
    if (tracked == nullptr) return;

    for (Announcement& a : tracked->announcements) {
        if (a.peer == peer && a.state == State::asked) a.state = State::failed;
    }
    reschedule(tx, *tracked);
}

void TxRequests::forget(const TxName& tx) {
    if (const Tracked* tracked = tracked_.find(tx)) erase(tx, *tracked);
}

void TxRequests::disconnected(PeerId peer) {
    const auto from_peer = announced_by_.find(peer);
    if (from_peer == announced_by_.end()) return;
    const std::vector<TxName> names = std::move(from_peer->second.names);
    announced_by_.erase(from_peer);

    const auto of_peer = [&](const Announcement& a) { return a.peer == peer; };
    for (const TxName& tx : names) {
        Tracked* tracked = tracked_.find(tx);
        if (tracked == nullptr) continue;
        if (std::erase_if(tracked->announcements, of_peer) > 0) reschedule(tx, *tracked);
    }
}

std::vector<TxRequests::Request> TxRequests::due(Time now) {
    std::vector<Request> requests;
    while (!wakeups_.empty() && wakeups_.begin()->first <= now) {
        const TxName tx = wakeups_.begin()->second;
        Tracked& tracked = *tracked_.find(tx);
        if (const auto request = choose(tx, tracked, now)) requests.push_back(*request);
        reschedule(tx, tracked);
    }
    return requests;
}

std::optional<Time> TxRequests::next_wakeup() const {
    if (wakeups_.empty()) return std::nullopt;
    return wakeups_.begin()->first;
}

bool TxRequests::asked(PeerId peer, const TxName& tx) const {
    const Tracked* tracked = tracked_.find(tx);
    return tracked != nullptr && std::ranges::any_of(tracked->announcements, [&](const auto& a) {
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

// Restores the invariants after the announcements of one transaction changed; it may be gone then.
void TxRequests::reschedule(const TxName& tx, Tracked& tracked) {
    std::optional<Time> wakeup;
    for (const Announcement& a : tracked.announcements) {
        if (a.state == State::failed) continue;
        if (a.state == State::asked) {
            wakeup = a.deadline;
            break;
        }
        wakeup = wakeup ? std::min(*wakeup, a.deadline) : a.deadline;
    }
    if (!wakeup) return erase(tx, tracked);
    if (wakeup == tracked.wakeup) return;
    if (!tracked.wakeup) {
        wakeups_.emplace(*wakeup, tx);
    } else {  // its node moves: nothing is allocated
        auto node = wakeups_.extract({*tracked.wakeup, tx});
        node.value().first = *wakeup;
        wakeups_.insert(std::move(node));
    }
    tracked.wakeup = wakeup;
}

void TxRequests::erase(const TxName& tx, const Tracked& tracked) {
    if (tracked.wakeup) wakeups_.erase({*tracked.wakeup, tx});
    for (const Announcement& a : tracked.announcements)
        count_one_less(a.peer);
    tracked_.erase(tx);
}

void TxRequests::count_one_less(PeerId peer) {
    const auto from_peer = announced_by_.find(peer);
    if (from_peer != announced_by_.end() && --from_peer->second.count == 0)
        announced_by_.erase(from_peer);
}

bool TxRequests::announced_by(PeerId peer, const TxName& tx) const {
    const Tracked* tracked = tracked_.find(tx);
    if (tracked == nullptr) return false;
    const auto& all = tracked->announcements;
    return std::ranges::find(all, peer, &Announcement::peer) != all.end();
}

// Names that are no more are put out when they are as many as the others, and then some.
void TxRequests::note(PeerId peer, Announced& announced, const TxName& tx) const {
    constexpr std::size_t kSpare = 16;
    std::vector<TxName>& names = announced.names;
    if (names.size() >= 2 * announced.count + kSpare) {
        std::ranges::sort(names);
        const auto twice = std::ranges::unique(names);
        names.erase(twice.begin(), twice.end());
        std::erase_if(names, [&](const TxName& name) { return !announced_by(peer, name); });
    }
    names.push_back(tx);
    ++announced.count;
}

}  // namespace starling::p2p
