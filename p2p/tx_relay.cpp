#include "p2p/tx_relay.h"

#include "p2p/chain_mirror.h"
#include "p2p/exponential.h"

#include <algorithm>
#include <utility>

namespace starling::p2p {
namespace {

bool pays(const mempool::PoolEntry& entry, std::int64_t units_per_kvb) {
    __extension__ using Wide = __int128;
    const Wide size = entry.transaction->virtual_size();
    return Wide{entry.fee.units} * 1'000 >= size * units_per_kvb;
}

}  // namespace

TxRelay::TxRelay(const Limits& limits, const Pace& pace, PoolMirror& pool, Random& random)
    : limits_(limits),
      pool_(pool),
      random_(random),
      lanes_{Lane{pace.inbound_trickle, {}}, Lane{pace.outbound_trickle, {}}},
      known_(limits.known_transactions_per_peer, random) {}

void TxRelay::ready(const Peer& peer, Time now) {
    if (!peer.relays_transactions()) return;
    listeners_.try_emplace(peer.id, Listener{peer.direction, place_of_newcomer(), known_.join()});
    if (!pool_.log().empty()) arm(peer.direction, now);
}

void TxRelay::disconnected(PeerId peer) {
    const auto listener = listeners_.find(peer);
    if (listener == listeners_.end()) return;
    if (listener->second.place) known_.leave(*listener->second.place);
    listeners_.erase(listener);
}

void TxRelay::heard(PeerId peer, const Wtxid& wtxid, Time now) {
    const auto listener = listeners_.find(peer);
    if (listener == listeners_.end()) return;
    if (listener->second.place) known_.heard(*listener->second.place, wtxid, now);
    own_.erase(wtxid);  // it is on its way
}

void TxRelay::pool_grew(Time now) {
    for (const auto& [id, listener] : listeners_)
        arm(listener.direction, now);
}

void TxRelay::posted(const Wtxid& wtxid, Time now) {
    if (own_.size() >= kOwnMax) return;
    own_wakeup_.by(now + limits_.rebroadcast_min);
    own_.try_emplace(wtxid, Own{now + limits_.rebroadcast_min, limits_.rebroadcast_min});
}

bool TxRelay::serve(Peer& peer, const InventoryItem& item, Turn& turn) {
    const auto listener = listeners_.find(peer.id);
    if (listener == listeners_.end()) return false;
    const auto transaction = pool_.servable(TxName::of(item), listener->second.told);
    if (transaction == nullptr) return false;
    own_.erase(transaction->wtxid());
    turn.out.send(peer, Tx{transaction});
    return true;
}

void TxRelay::handle_timer(Turn& turn) {
    repeat_own(turn.now);
    for (const Direction direction : {Direction::inbound, Direction::outbound}) {
        const auto next = lane(direction).next;
        if (next && *next <= turn.now) tell_all(direction, turn);
    }
}

std::optional<Time> TxRelay::next_wakeup() const {
    return earliest(own_wakeup_.next(), earliest(lanes_[0].next, lanes_[1].next));
}

TxRelay::Lane& TxRelay::lane(Direction direction) {
    return lanes_[direction == Direction::inbound ? 0 : 1];
}

void TxRelay::arm(Direction direction, Time now) {
    Lane& of = lane(direction);
    if (!of.next) of.next = now + exponential(random_, of.mean);
}

void TxRelay::tell_all(Direction direction, Turn& turn) {
    lane(direction).next.reset();
    bool more = false;
    for (auto& [id, listener] : listeners_) {
        if (listener.direction != direction) continue;
        Peer* peer = turn.peers.find(id);
        if (peer == nullptr) continue;
        // While we are catching up, what we have in the pool may long be mined.
        if (!turn.chain.initial_download()) tell(*peer, listener, turn);
        more = more || pool_.log().upper_bound(listener.told) != pool_.log().end();
    }
    if (more) arm(direction, turn.now);
}

// Tells the peer of the next entries. Those that it need not know are passed over for ever.
void TxRelay::tell(Peer& peer, Listener& listener, Turn& turn) {
    if (peer.queued_bytes > limits_.send_queue_bytes_max) return;
    const std::uint64_t backlog =
        std::min<std::uint64_t>(pool_.last_number() - listener.told, pool_.log().size());
    std::uint64_t left = std::min<std::uint64_t>(
        limits_.transactions_announced_max, limits_.transactions_announced_min + backlog / 200);
    Inv inv;
    for (auto next = pool_.log().upper_bound(listener.told); next != pool_.log().end() && left > 0;
         ++next, --left) {
        listener.told = next->first;
        const mempool::PoolEntry& entry = *next->second;
        const Wtxid& wtxid = entry.transaction->wtxid();
        if (listener.place && known_.has(*listener.place, wtxid)) continue;
        if (!pays(entry, peer.fee_filter)) continue;
        inv.items.push_back(peer.wtxid_relay ? InventoryItem::wtxid(wtxid)
                                             : InventoryItem::txid(entry.transaction->txid()));
    }
    if (!inv.items.empty()) turn.out.send(peer, std::move(inv));
}

void TxRelay::repeat_own(Time now) {
    if (!own_wakeup_.due(now)) return;
    own_wakeup_.clear();
    bool again = false;
    std::erase_if(own_, [&](const auto& entry) { return pool_.find(entry.first) == nullptr; });
    for (auto& [wtxid, own] : own_) {
        if (own.next <= now) {
            own.wait = std::min(2 * own.wait, limits_.rebroadcast_max);
            own.next = now + own.wait;
            pool_.renew(wtxid);
            again = true;
        }
        own_wakeup_.by(own.next);
    }
    if (again) pool_grew(now);
}

// A new peer is offered the newest part of the pool: after a partition the two sides must exchange
// what they have.
std::uint64_t TxRelay::place_of_newcomer() const {
    auto place = pool_.log().end();
    for (std::size_t n = 0; n < limits_.transactions_offered_max; ++n) {
        if (place == pool_.log().begin()) return 0;
        --place;
    }
    return place == pool_.log().begin() ? 0 : std::prev(place)->first;
}

}  // namespace starling::p2p
