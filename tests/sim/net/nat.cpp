#include "sim/net/nat.h"

#include <algorithm>

namespace starling::sim {

namespace {

// Where ports of symmetric mappings begin (RFC 6335, dynamic ports).
constexpr std::uint16_t kFirstPort = 49'152;

}  // namespace

std::uint16_t NatBox::sent(const p2p::Endpoint& to, Moment now) {
    if (kind_ == Nat::open || kind_ == Nat::full_cone) {
        last_sent_ = now;
        return port_;
    }
    make_room(now);
    const auto [at, is_new] = mappings_.try_emplace(to);
    Mapping& mapping = at->second;
    const bool expired = is_new || !lives(mapping, now);
    if (expired) mapping.port = kind_ == Nat::symmetric ? next_port() : port_;
    mapping.last_sent = now;
    return mapping.port;
}

bool NatBox::lets_in(const p2p::Endpoint& from, std::uint16_t port, Moment now) const {
    if (kind_ == Nat::open) return port == port_;
    if (kind_ == Nat::full_cone)
        return port == port_ && last_sent_ != Moment::min() && now - last_sent_ < kMappingTime;
    if (kind_ == Nat::restricted) {
        // Any port of an address that was sent to.
        const p2p::Endpoint lowest{from.address, 0};
        for (auto at = mappings_.lower_bound(lowest);
             at != mappings_.end() && at->first.address == from.address; ++at)
            if (lives(at->second, now)) return port == port_;
        return false;
    }
    const auto at = mappings_.find(from);
    return at != mappings_.end() && lives(at->second, now) && at->second.port == port;
}

bool NatBox::owns(std::uint16_t port, Moment now) const {
    if (kind_ != Nat::symmetric) return port == port_;
    return std::any_of(mappings_.begin(), mappings_.end(), [&](const auto& entry) {
        return entry.second.port == port && lives(entry.second, now);
    });
}

void NatBox::make_room(Moment now) {
    if (mappings_.size() < kMappingsMax) return;
    std::erase_if(mappings_, [&](const auto& entry) { return !lives(entry.second, now); });
    if (mappings_.size() < kMappingsMax) return;
    const auto older = [](const auto& a, const auto& b) {
        return a.second.last_sent < b.second.last_sent;
    };
    mappings_.erase(std::min_element(mappings_.begin(), mappings_.end(), older));
}

// In turn. After the last it begins anew: a port may then have two mappings, whose filters tell
// them apart.
std::uint16_t NatBox::next_port() {
    last_port_ = last_port_ < kFirstPort || last_port_ == 0xffff
                     ? kFirstPort
                     : static_cast<std::uint16_t>(last_port_ + 1);
    return last_port_;
}

}  // namespace starling::sim
