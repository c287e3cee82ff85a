#include "node/lan_neighbours.h"

#include <algorithm>
#include <array>

namespace starling::node {

namespace {

constexpr std::array<std::uint8_t, 9> kPrefix = {'s', 't', 'a', 'r', 'l', 'i', 'n', 'g', 1};

}  // namespace

LanNeighbours::LanNeighbours(const Parameters& parameters, Random& random, Time now)
    : network_(p2p::network_tag(parameters)),
      random_(random),
      allowance_(kRecordsBurst, kRecordsPerSecond, now),
      last_(now - kInterval),
      next_(now) {}

Bytes LanNeighbours::announcement(const p2p::Record& own) {
    Bytes out(kPrefix.begin(), kPrefix.end());
    out.insert(out.end(), own.bytes().begin(), own.bytes().end());
    return out;
}

std::optional<p2p::Sighting> LanNeighbours::received(const p2p::Endpoint& from,
                                                     ByteView datagram,
                                                     const p2p::NodeId& own,
                                                     Time now) {
    if (datagram.size() <= kPrefix.size() || datagram.size() > kDatagramBytesMax)
        return std::nullopt;
    if (!std::ranges::equal(datagram.first(kPrefix.size()), kPrefix)) return std::nullopt;
    if (!allowance_.take(1, now)) return std::nullopt;
    const auto record = p2p::Record::decode(datagram.subspan(kPrefix.size()));
    if (!record || !(*record)->of_network(network_) || (*record)->id() == own) return std::nullopt;
    if (known_.size() >= kKnownMax && !known_.contains((*record)->id())) known_.clear();
    const auto [at, is_new] = known_.try_emplace((*record)->id());
    Heard& heard = at->second;
    if (is_new) next_ = std::min(next_, std::max(now + jittered(kSoon), last_ + kIntervalMin));
    const bool newer = (*record)->sequence() > heard.sequence;
    if (!is_new && !newer && now - heard.told < kRepeat) return std::nullopt;
    heard = {std::max(heard.sequence, (*record)->sequence()), now};
    return p2p::Sighting{*record, p2p::Origin::lan, from};
}

void LanNeighbours::announced(Time now) {
    last_ = now;
    // Half to one and a half: nodes that were switched on together drift apart.
    next_ = now + kInterval / 2 + jittered(kInterval);
}

Duration LanNeighbours::jittered(Duration most) {
    return Duration{
        static_cast<Duration::rep>(random_.below(static_cast<std::uint64_t>(most.count()) + 1))};
}

}  // namespace starling::node
