#include "p2p/known_transactions.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace starling::p2p {

KnownTransactions::KnownTransactions(std::size_t per_peer, Random& random)
    : per_peer_(std::min<std::size_t>(per_peer, std::numeric_limits<std::uint16_t>::max())),
      key0_(random.next()),
      key1_(random.next()),
      random_(random),
      young_(random),
      old_(random) {}

std::optional<KnownTransactions::Place> KnownTransactions::join() {
    if ((taken_ | left_).all()) sweep();
    std::optional<std::size_t> best;
    for (std::size_t place = 0; place < kPeersMax; ++place) {
        if (taken_[place] || left_[place]) continue;
        if (!best || made_[place] < made_[*best]) best = place;
    }
    if (!best) return std::nullopt;
    taken_.set(*best);
    return static_cast<Place>(*best);
}

void KnownTransactions::leave(Place place) {
    taken_.reset(place);
    left_.set(place);
}

void KnownTransactions::sweep() {
    const auto clear = [&](const Fingerprint&, Peers& peers) {
        peers &= ~left_;
        return peers.none();
    };
    young_.erase_if(clear);
    old_.erase_if(clear);
    left_.reset();
}

void KnownTransactions::heard(Place place, const Wtxid& wtxid, Time now) {
    if (now >= began_ + kGeneration) age(now);
    const Fingerprint key = fingerprint(wtxid);
    Peers* peers = young_.find(key);
    if (peers == nullptr) {
        if (made_[place] >= per_peer_) return;
        ++made_[place];
        peers = young_.try_emplace(key).first;
    }
    peers->set(place);
}

bool KnownTransactions::has(Place place, const Wtxid& wtxid) const {
    const Fingerprint key = fingerprint(wtxid);
    const Peers* young = young_.find(key);
    if (young != nullptr && (*young)[place]) return true;
    const Peers* old = old_.find(key);
    return old != nullptr && (*old)[place];
}

void KnownTransactions::age(Time now) {
    const bool long_ago = now >= began_ + 2 * kGeneration;
    // A new table rather than a cleared one, which would keep its greatest size for ever.
    old_ = std::exchange(young_, Table(random_));
    if (long_ago) old_ = Table(random_);
    began_ = now;
    made_.fill(0);
}

}  // namespace starling::p2p
