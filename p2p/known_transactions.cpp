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
    for (std::size_t place = 0; place < kPeersMax; ++place) {
        if (taken_[place]) continue;
        taken_.set(place);
        return static_cast<Place>(place);
    }
    return std::nullopt;
}

void KnownTransactions::leave(Place place) {
    const auto clear = [&](const Fingerprint&, Peers& peers) {
        peers.reset(place);
        return peers.none();
    };
    young_.erase_if(clear);
    old_.erase_if(clear);
    made_[place] = 0;
    taken_.reset(place);
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
