#pragma once

#include "consensus/parameters.h"
#include "consensus/time.h"
#include "p2p/address.h"

#include <cstddef>
#include <map>
#include <optional>
#include <string>

namespace starling::p2p::discv5 {

// What others say of our address. Only nodes that we asked first may vote, one vote a netgroup, so
// that who owns many addresses of one network has one voice.
//
// An address wins with votes_min votes of vote_groups_min netgroups, 30 % more than the next
// (sigp's rule). IPv4 and IPv6 are voted on separately. Votes are forgotten after five minutes.
class AddressVote {
public:
    static constexpr Duration kVoteLife = std::chrono::minutes{5};
    static constexpr std::size_t kVotersMax = 1'000;

    explicit AddressVote(const OverlayRules& rules) : rules_(rules) {}

    void heard(const Endpoint& voter, const Endpoint& seen, Time now);
    [[nodiscard]] std::optional<Endpoint> winner(bool ipv4, Time now) const;

private:
    struct Vote {
        Endpoint seen;
        Time at;
    };

    const OverlayRules& rules_;
    std::map<std::string, Vote> votes_;  // by netgroup and family
};

}  // namespace starling::p2p::discv5
