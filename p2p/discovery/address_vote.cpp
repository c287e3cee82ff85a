#include "p2p/discovery/address_vote.h"

#include "p2p/netgroup.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <set>
#include <string>

namespace starling::p2p::discv5 {

namespace {

// sigp's CLEAR_MAJORITY: 30 % more than the next.
constexpr std::size_t kMarginNumerator = 13;
constexpr std::size_t kMarginDenominator = 10;

using Ip = decltype(Endpoint::address);

}  // namespace

// Who named one address.
struct AddressVote::Tally {
    std::map<Ip, std::size_t> voters;  // by their IP address
    std::set<Netgroup> netgroups;

    [[nodiscard]] std::size_t votes(std::size_t per_address_max) const {
        std::size_t sum = 0;
        for (const auto& [ip, count] : voters)
            sum += std::min(count, per_address_max);
        return sum;
    }
};

void AddressVote::heard(const Endpoint& voter, const Endpoint& seen, Time now) {
    if (seen.port == 0 || (!rules_.loopback && is_local_only(seen))) return;
    const Key key{.ipv4 = seen.is_ipv4(), .voter = voter};
    if (votes_.size() >= kVotersMax && !votes_.contains(key)) forget_oldest(now);
    votes_.insert_or_assign(key, Vote{.seen = seen, .at = now});
}

void AddressVote::forget_oldest(Time now) {
    std::erase_if(votes_, [&](const auto& vote) { return now - vote.second.at >= kVoteLife; });
    if (votes_.size() < kVotersMax) return;
    votes_.erase(
        std::ranges::min_element(votes_, {}, [](const auto& vote) { return vote.second.at; }));
}

std::size_t AddressVote::votes_for(const Endpoint& seen) const {
    return static_cast<std::size_t>(
        std::ranges::count_if(votes_, [&](const auto& vote) { return vote.second.seen == seen; }));
}

std::optional<Endpoint> AddressVote::winner(bool ipv4, Time now) const {
    std::map<Endpoint, Tally> tallies;
    for (const auto& [key, vote] : votes_) {
        if (key.ipv4 != ipv4 || now - vote.at >= kVoteLife) continue;
        Tally& tally = tallies[vote.seen];
        ++tally.voters[key.voter.address];
        tally.netgroups.insert(netgroups_.of(key.voter));
    }
    const auto groups = [](const auto& tally) { return tally.second.netgroups.size(); };
    const auto best = std::ranges::max_element(tallies, {}, groups);
    if (best == tallies.end()) return std::nullopt;
    if (best->second.votes(rules_.ids_per_address_max) < rules_.votes_min ||
        groups(*best) < rules_.vote_groups_min)
        return std::nullopt;
    for (const auto& other : tallies)
        if (other.first != best->first &&
            groups(*best) * kMarginDenominator < groups(other) * kMarginNumerator)
            return std::nullopt;
    return best->first;
}

}  // namespace starling::p2p::discv5
