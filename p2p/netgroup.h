#pragma once

#include "p2p/address.h"

#include <string>

namespace starling::p2p {

// Addresses that one owner has many of: /16 of IPv4, /32 of IPv6 ("10.0", "2001:db8"). Loopback is
// one group.
std::string netgroup_of(const Endpoint& endpoint);
// The smaller neighbourhood: /24 of IPv4, /64 of IPv6.
std::string subnet_of(const Endpoint& endpoint);
// Addresses that mean nothing to the rest of the Internet: loopback, private, link-local, and those
// that are none (multicast, unspecified).
bool is_local_only(const Endpoint& endpoint);

}  // namespace starling::p2p
