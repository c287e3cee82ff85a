#include "consensus/taproot.h"

#include "consensus/hash.h"
#include "consensus/serialize.h"
#include "consensus/signature.h"

#include <algorithm>
#include <cassert>

namespace starling {

Hash256 tap_leaf_hash(std::uint8_t leaf_version, ByteView script) {
    static const Sha256 start = Sha256::tagged("TapLeaf");
    Writer prefix;
    prefix.u8(leaf_version);
    prefix.compact_size(script.size());
    return Sha256(start).add(prefix.out()).add(script).finish();
}

Hash256 tap_branch_hash(const Hash256& a, const Hash256& b) {
    static const Sha256 start = Sha256::tagged("TapBranch");
    const auto& [low, high] = std::minmax(a, b);
    return Sha256(start).add(low.bytes).add(high.bytes).finish();
}

Hash256 tap_tweak_hash(ByteView internal_key, const std::optional<Hash256>& root) {
    static const Sha256 start = Sha256::tagged("TapTweak");
    Sha256 hash(start);
    hash.add(internal_key);
    if (root) hash.add(root->bytes);
    return hash.finish();
}

bool is_control_size(std::size_t size) {
    return size >= kControlBaseBytes && (size - kControlBaseBytes) % kControlNodeBytes == 0 &&
           size <= kControlBaseBytes + kControlNodeBytes * kControlNodesMax;
}

Hash256 tap_root(ByteView control, const Hash256& leaf) {
    assert(is_control_size(control.size()));
    Hash256 node = leaf;
    for (std::size_t at = kControlBaseBytes; at < control.size(); at += kControlNodeBytes) {
        Hash256 sibling;
        std::ranges::copy(control.subspan(at, kControlNodeBytes), sibling.bytes.begin());
        node = tap_branch_hash(node, sibling);
    }
    return node;
}

bool commits_to_leaf(ByteView program, ByteView control, const Hash256& leaf) {
    const ByteView internal = control.subspan(1, 32);
    const Hash256 tweak = tap_tweak_hash(internal, tap_root(control, leaf));
    return is_tweaked(program, (control[0] & 1) != 0, internal, tweak);
}

}  // namespace starling
