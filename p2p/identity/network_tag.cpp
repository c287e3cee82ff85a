#include "p2p/identity/network_tag.h"

#include "consensus/hash.h"

#include <algorithm>

namespace starling::p2p {

NetworkTag network_tag(const Parameters& parameters) {
    constexpr std::size_t kGenesisBytes = 8;
    NetworkTag tag{};
    const Hash256 rules = sha256d(serialized(parameters));
    const auto rest =
        std::copy_n(parameters.genesis_hash.bytes.begin(), kGenesisBytes, tag.begin());
    std::copy_n(rules.bytes.begin(), tag.size() - kGenesisBytes, rest);
    return tag;
}

}  // namespace starling::p2p
