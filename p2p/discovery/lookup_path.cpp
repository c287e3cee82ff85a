#include "p2p/discovery/lookup_path.h"

#include <algorithm>
#include <cassert>

namespace starling::p2p::discv5 {

LookupPath::Distance LookupPath::distance(const NodeId& id) const {
    Distance out;
    for (std::size_t i = 0; i < out.bytes.size(); ++i)
        out.bytes[i] = static_cast<std::uint8_t>(id.bytes[i] ^ target_.bytes[i]);
    return out;
}

void LookupPath::hear(const NodeId& id, std::size_t place, const std::optional<NodeId>& teller) {
    std::size_t hop = 0;
    if (teller) {
        const Heard* told = find(*teller);
        assert(told != nullptr);
        hop = told->hop + 1;
    }
    heard_.try_emplace(distance(id), Heard{id, teller, hop, place});
}

const LookupPath::Heard* LookupPath::find(const NodeId& id) const {
    const auto it = heard_.find(distance(id));
    return it == heard_.end() ? nullptr : &it->second;
}

std::vector<NodeId> LookupPath::tellers(const NodeId& id) const {
    std::vector<NodeId> out;
    for (const Heard* heard = find(id); heard != nullptr && heard->teller;) {
        out.push_back(*heard->teller);
        heard = find(*heard->teller);
    }
    std::ranges::reverse(out);
    return out;
}

}  // namespace starling::p2p::discv5
