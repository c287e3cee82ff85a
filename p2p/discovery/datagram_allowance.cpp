#include "p2p/discovery/datagram_allowance.h"

#include <algorithm>

namespace starling::p2p::discv5 {
namespace {

constexpr std::uint8_t kLoopbackNet = 127;  // 127.0.0.0/8
constexpr std::size_t kSubscriberBytes = 8;

bool is_loopback(const Endpoint& endpoint) {
    if (endpoint.is_ipv4()) return endpoint.address[12] == kLoopbackNet;
    Endpoint ipv6_loopback;
    ipv6_loopback.address.back() = 1;
    return endpoint.address == ipv6_loopback.address;
}

// One second more than exactly, for what rounding takes.
Duration refill_time(double burst, double per_second) {
    return std::chrono::seconds{static_cast<std::int64_t>(burst / per_second) + 1};
}

}  // namespace

Endpoint sender_of(const Endpoint& from) {
    if (is_loopback(from)) return from;
    Endpoint sender = from;
    sender.port = 0;
    if (!from.is_ipv4())
        std::fill(sender.address.begin() + kSubscriberBytes, sender.address.end(), std::uint8_t{0});
    return sender;
}

TokenBucket full_bucket(double burst, double per_second) {
    return {static_cast<std::int64_t>(burst), static_cast<std::int64_t>(per_second), Time{}};
}

DatagramAllowance::DatagramAllowance(const Limits& limits, Random& random)
    : limits_(limits),
      refilled_after_(refill_time(limits.address_packets_burst, limits.address_packets_per_second)),
      expected_(full_bucket(limits.packets_burst, limits.packets_per_second)),
      strangers_(full_bucket(limits.packets_burst, limits.packets_per_second)),
      senders_(limits.addresses_tracked_max, random) {}

bool DatagramAllowance::take_of_sender(const Endpoint& from, Time now) {
    while (senders_.oldest() && *senders_.oldest() + refilled_after_ <= now)
        senders_.erase(Endpoint{senders_.oldest_key()});
    const Endpoint sender = sender_of(from);
    TokenBucket* own = senders_.touch(sender, now);
    if (own == nullptr) {
        own = &senders_.put(
            sender, full_bucket(limits_.address_packets_burst, limits_.address_packets_per_second),
            now);
    }
    return own->take(1, now);
}

bool DatagramAllowance::take_of_all(bool expected, Time now) {
    return (expected ? expected_ : strangers_).take(1, now);
}

}  // namespace starling::p2p::discv5
