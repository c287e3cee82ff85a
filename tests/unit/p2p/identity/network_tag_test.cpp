#include "p2p/identity/network_tag.h"

#include "consensus/hash.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace starling::p2p {
namespace {

TEST(NetworkTag, IsEightBytesOfTheGenesisHashAndFourOfTheHashOfTheRules) {
    for (const Parameters* network : {&regtest(), &local(), &testnet()}) {
        const NetworkTag tag = network_tag(*network);
        const Hash256 rules = sha256d(serialized(*network));
        EXPECT_TRUE(std::equal(tag.begin(), tag.begin() + 8, network->genesis_hash.bytes.begin()));
        EXPECT_TRUE(std::equal(tag.begin() + 8, tag.end(), rules.bytes.begin()));
    }
}

// Two networks may begin with the same block.
TEST(NetworkTag, DiffersWhereARuleDiffersAndNotWhereANodeChooses) {
    Parameters other = local();
    other.p2p_port = 1;
    other.bootstrap = {{.name = "somebody", .records = {"enr:"}}};
    other.overlay = OverlayRules{};
    EXPECT_EQ(network_tag(other), network_tag(local()));
    other.identity_bits = 1;
    EXPECT_NE(network_tag(other), network_tag(local()));
    other.identity_bits = 0;
    other.halving_interval = 1;
    EXPECT_NE(network_tag(other), network_tag(local()));
}

}  // namespace
}  // namespace starling::p2p
