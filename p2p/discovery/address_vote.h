#pragma once

#include "consensus/parameters.h"
#include "consensus/time.h"
#include "p2p/address.h"
#include "p2p/netgroup.h"

#include <cstddef>
#include <map>
#include <optional>
#include <utility>

namespace starling::p2p::discv5 {

// What others say of our address. Only nodes that we asked first may vote.
//
// An address wins with votes_min voters in vote_groups_min netgroups, and when 30 % more netgroups
// name it than name the next (sigp's rule, in netgroups): a netgroup has one voice in the choice,
// so that who owns many addresses of one network outvotes nobody. Of one IP address at most
// ids_per_address_max voters count. IPv4 and IPv6 are voted on separately. Votes are forgotten
// after five minutes.
//
// Addresses that nobody could reach (port 0, and on public networks local ones) are not counted.
class AddressVote {
public:
    // An address that moved is known again after this long (geth's window).
    static constexpr Duration kVoteLife = std::chrono::minutes{5};
    // As many as there are sessions (Limits::sessions_max): each voter has answered us in one.
    static constexpr std::size_t kVotersMax = 1'000;

    explicit AddressVote(const OverlayRules& rules, Netgroups netgroups = {})
        : rules_(rules), netgroups_(std::move(netgroups)) {}

    void heard(const Endpoint& voter, const Endpoint& seen, Time now);
    // Voters who last named this address, forgotten or not: winner() needs as many at least.
    [[nodiscard]] std::size_t votes_for(const Endpoint& seen) const;
    [[nodiscard]] std::optional<Endpoint> winner(bool ipv4, Time now) const;

private:
    struct Vote {
        Endpoint seen;
        Time at;
    };
    struct Key {
        bool ipv4 = true;  // of what was seen
        Endpoint voter;
        friend auto operator<=>(const Key&, const Key&) = default;
    };
    struct Tally;

    void forget_oldest(Time now);

    OverlayRules rules_;
    Netgroups netgroups_;
    std::map<Key, Vote> votes_;  // each voter's last
};

}  // namespace starling::p2p::discv5
