#include "p2p/discovery/lookup_path.h"

#include <algorithm>
#include <cassert>

namespace starling::p2p::discv5 {

void LookupPath::hear(const NodeId& id, std::size_t place, std::optional<std::size_t> teller) {
    if (find(place) != nullptr) return;
    std::size_t hop = 0;
    if (teller) {
        const Heard* told = find(*teller);
        assert(told != nullptr);
        hop = told->hop + 1;
    }
    const auto index = static_cast<std::uint32_t>(heard_.size());
    heard_.push_back({.id = id, .place = place, .teller = teller, .hop = hop});
    if (by_place_.size() <= place) by_place_.resize(place + 1);
    by_place_[place] = index + 1;
    const auto further = [&](const NodeId& one, std::uint32_t other) {
        return nearer(target_, one, heard_[other].id);
    };
    nearest_.insert(std::upper_bound(nearest_.begin(), nearest_.end(), id, further), index);
}

const LookupPath::Heard* LookupPath::find(std::size_t place) const {
    if (place >= by_place_.size() || by_place_[place] == 0) return nullptr;
    return &heard_[by_place_[place] - 1];
}

std::vector<std::size_t> LookupPath::tellers(std::size_t place) const {
    std::vector<std::size_t> out;
    for (const Heard* heard = find(place); heard != nullptr && heard->teller;) {
        out.push_back(*heard->teller);
        heard = find(*heard->teller);
    }
    std::ranges::reverse(out);
    return out;
}

}  // namespace starling::p2p::discv5
