#include "p2p/discovery/own_record.h"

#include "p2p/discovery/discovery.h"
#include "p2p/netgroup.h"

#include <algorithm>

namespace starling::p2p::discv5 {
namespace {

bool names_an_address(const std::optional<Endpoint>& endpoint, bool ipv4) {
    if (!endpoint) return false;
    const Endpoint any = ipv4 ? Endpoint::ipv4({}, endpoint->port) : Endpoint{{}, endpoint->port};
    return *endpoint != any && endpoint->port != 0;
}

std::uint16_t port_of(const std::optional<Endpoint>& endpoint) {
    return endpoint ? endpoint->port : std::uint16_t{0};
}

// Where TCP is reached beside this UDP address; a record has one address for both. Nothing if TCP
// has no port or is at another address.
std::optional<Endpoint> beside(const Endpoint& udp, const std::optional<Endpoint>& tcp, bool ipv4) {
    if (port_of(tcp) == 0) return std::nullopt;
    if (names_an_address(tcp, ipv4) && tcp->address != udp.address) return std::nullopt;
    return Endpoint{udp.address, tcp->port};
}

}  // namespace

void OwnRecord::open(const Start& start, const Record* saved, Time now) {
    if (names_an_address(start.udp, true)) {
        fields_.udp = start.udp;
        fields_.tcp = beside(*start.udp, start.tcp, true);
    } else if (start.udp) {
        voted_tcp_ = port_of(start.tcp);
    }
    if (names_an_address(start.udp6, false)) {
        fields_.udp6 = start.udp6;
        fields_.tcp6 = beside(*start.udp6, start.tcp6, false);
    } else if (start.udp6) {
        voted_tcp6_ = port_of(start.tcp6);
    }
    fields_.sequence = saved != nullptr ? saved->sequence() : 0;
    sign(now);
}

bool OwnRecord::seen(const Endpoint& voter, const Endpoint& seen, Time now) {
    const bool ipv4 = seen.is_ipv4();
    const std::optional<std::uint16_t>& tcp = ipv4 ? voted_tcp_ : voted_tcp6_;
    // A node beside us sees our private address, which is no news and means nothing elsewhere.
    if (!tcp || seen.port == 0 || (is_local_only(seen) && !rules_.loopback)) return false;
    votes_.heard(voter, seen, now);
    std::optional<Endpoint>& udp = ipv4 ? fields_.udp : fields_.udp6;
    // Behind some NATs every voter names another address: most votes can decide nothing, and
    // counting them all takes a while.
    if (udp == seen || votes_.votes_for(seen) < rules_.votes_min) return false;
    const auto winner = votes_.winner(ipv4, now);
    if (!winner || winner == udp) return false;
    udp = winner;
    if (*tcp != 0) (ipv4 ? fields_.tcp : fields_.tcp6) = Endpoint{winner->address, *tcp};
    sign(now);
    return true;
}

void OwnRecord::sign(Time now) {
    const std::int64_t clock = std::max<std::int64_t>(0, now.time_since_epoch().count());
    fields_.sequence = std::max(fields_.sequence + 1, static_cast<std::uint64_t>(clock));
    record_ = Record::sign(fields_, identity_);
}

}  // namespace starling::p2p::discv5
