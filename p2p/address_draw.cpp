// The address manager's draws.

#include "p2p/address_manager.h"

#include <algorithm>
#include <set>
#include <utility>

namespace starling::p2p {

std::optional<AddressManager::Drawn> AddressManager::draw(const Excluded& excluded,
                                                          Time now,
                                                          Selection selection) {
    resolve_collisions(now);
    return draw_from(From::both, excluded, now, selection);
}

std::optional<AddressManager::Drawn> AddressManager::draw_feeler(const Excluded& excluded,
                                                                 Time now,
                                                                 Selection selection) {
    resolve_collisions(now);
    if (auto tested = draw_collision(excluded, now)) return tested;
    return draw_from(From::of_new, excluded, now, selection);
}

std::optional<AddressManager::Drawn> AddressManager::draw_from(From from,
                                                               const Excluded& excluded,
                                                               Time now,
                                                               Selection selection) {
    const bool any_tried = from == From::both && !index_.members(true).empty();
    if (index_.members(false).empty() && !any_tried) return std::nullopt;
    // Feelers move to tried whoever answers, so that what stays in new is dead or the surplus of
    // one who tells of many: with half of the draws from new the attacker's share was a third
    // higher in the young network of `starling-sim attack restart`.
    const bool mostly_tried = any_tried && !index_.members(false).empty() &&
                              selection == Selection::group_first && proven() >= kSettled;
    constexpr int kTriesMax = 100;  // Bitcoin Core's
    for (int i = 0; i < kTriesMax; ++i) {
        const bool tried = mostly_tried ? random_.below(10) != 0 : table_drawn(from);
        const AddressEntry& entry = index_[selected(tried, now, selection)];
        if (!may_be_drawn(entry, excluded, now) || excluded.netgroups.contains(entry.group))
            continue;
        return Drawn{entry.node(), entry.record->key(), entry.address, entry.origin};
    }
    return draw_of_all(from, excluded, now, selection);
}

// So few may be drawn that chance does not meet them.
std::optional<AddressManager::Drawn> AddressManager::draw_of_all(From from,
                                                                 const Excluded& excluded,
                                                                 Time now,
                                                                 Selection selection) {
    std::vector<AddressId> eligible[2], of_used_groups[2];
    for (const bool tried : {false, true}) {
        if (tried && from == From::of_new) continue;
        for (const AddressId id : index_.members(tried)) {
            const AddressEntry& entry = index_[id];
            if (!may_be_drawn(entry, excluded, now)) continue;
            const bool used = excluded.netgroups.contains(entry.group);
            (used ? of_used_groups : eligible)[tried ? 1 : 0].push_back(id);
        }
    }
    const bool any_group = rules_.loopback && eligible[0].empty() && eligible[1].empty();
    auto& choice = any_group ? of_used_groups : eligible;
    if (choice[0].empty() && choice[1].empty()) return std::nullopt;
    const bool both = !choice[0].empty() && !choice[1].empty();
    const std::uint64_t at = both ? random_.below(2) : (choice[0].empty() ? 1 : 0);
    const AddressEntry& entry = index_[drawn_of(std::move(choice[at]), now, selection)];
    return Drawn{entry.node(), entry.record->key(), entry.address, entry.origin};
}

std::optional<AddressManager::Drawn> AddressManager::draw_collision(const Excluded& excluded,
                                                                    Time now) {
    // In a random order, for one that cannot be tested now must not stand before the others.
    std::vector<AddressId> newcomers = collisions_;
    for (std::size_t i = 0; i < newcomers.size(); ++i) {
        std::swap(newcomers[i], newcomers[i + random_.below(newcomers.size() - i)]);
        const auto old = tried_.at(place_in_tried(index_[newcomers[i]]));
        if (!old) continue;
        const AddressEntry& entry = index_[*old];
        if (excluded.nodes.contains(entry.node())) {
            // It is connected, or ours to keep in some other way: it has passed.
            std::erase(collisions_, newcomers[i]);
            continue;
        }
        if (!may_be_drawn(entry, excluded, now)) continue;
        return Drawn{entry.node(), entry.record->key(), entry.address, entry.origin};
    }
    return std::nullopt;
}

// True: of tried. Half of these draws are, whichever has more: Bitcoin Core's rule.
bool AddressManager::table_drawn(From from) {
    if (from == From::of_new || index_.members(true).empty()) return false;
    return index_.members(false).empty() || random_.below(2) == 0;
}

AddressId AddressManager::selected(bool tried, Time now, Selection selection) {
    ChanceFactor factor;
    AddressId id = met(tried, selection);
    while (!factor.takes(chance_of(index_[id], now), random_))
        id = met(tried, selection);
    return id;
}

// The next entry that a draw looks at.
AddressId AddressManager::met(bool tried, Selection selection) {
    if (selection == Selection::by_address) return (tried ? tried_ : new_).draw(random_);
    // An entry, which is then met as rarely as its group has many: all groups are met as often, and
    // in each all entries. A group has Limits::candidates_per_netgroup, so that it takes as many
    // turns at the most, in the mean; on one machine there is no such bound, and no harm.
    constexpr int kTurnsMax = 4'096;
    const std::vector<AddressId>& members = index_.members(tried);
    AddressId id = members[random_.below(members.size())];
    for (int i = 0; i < kTurnsMax; ++i) {
        if (random_.below(index_.count_of_group(index_[id].group).of(tried)) == 0) break;
        id = members[random_.below(members.size())];
    }
    return id;
}

AddressId AddressManager::drawn_of(std::vector<AddressId> eligible, Time now, Selection selection) {
    if (selection == Selection::group_first) {
        std::set<Netgroup> groups;
        for (const AddressId id : eligible)
            groups.insert(index_[id].group);
        const auto distance = static_cast<std::ptrdiff_t>(random_.below(groups.size()));
        const Netgroup drawn = *std::next(groups.begin(), distance);
        std::erase_if(eligible, [&](AddressId id) { return index_[id].group != drawn; });
    }
    std::uint64_t chances = 0;
    for (const AddressId id : eligible)
        chances += chance_of(index_[id], now);
    std::uint64_t left = random_.below(chances);
    for (const AddressId id : eligible) {
        const std::uint64_t chance = chance_of(index_[id], now);
        if (left < chance) return id;
        left -= chance;
    }
    return eligible.back();
}

bool AddressManager::may_be_drawn(const AddressEntry& entry,
                                  const Excluded& excluded,
                                  Time now) const {
    if (now < entry.not_until || is_refused(entry)) return false;
    if (excluded.have_others && now < entry.not_beside_others_until) return false;
    return !excluded.nodes.contains(entry.node()) && !excluded.addresses.contains(entry.address);
}

}  // namespace starling::p2p
