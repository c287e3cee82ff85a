#include "consensus/check_block.h"
#include "consensus/parameters.h"
#include "consensus/pow.h"

#include <gtest/gtest.h>

#include <set>

namespace starling {
namespace {

const std::vector<const Parameters*> kAll{&regtest(), &local(), &testnet()};

TEST(Networks, HaveGenesisBlocksThatMeetTheirOwnBits) {
    for (const Parameters* network : kAll) {
        const Header& header = network->genesis.header;
        EXPECT_TRUE(meets_target(hash_of(header), header.bits, network->limit_bits));
        EXPECT_EQ(hash_of(header), network->genesis_hash);
        const auto bytes = std::make_shared<const Bytes>(serialized(network->genesis));
        EXPECT_TRUE(check_block(bytes, *network)) << network->name;
    }
}

TEST(Networks, HaveTheGenesisThatWasWrittenDown) {
    EXPECT_EQ(to_string(regtest().genesis_hash),
              "0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206");
    EXPECT_EQ(to_string(local().genesis_hash),
              "660ab840c710204c136551922b37586a6e30c6fa4238903c9953c0ba0912b8c3");
    EXPECT_EQ(to_string(testnet().genesis_hash),
              "000001c551871043a7f01cd2b3680e3c0627db79e2909e8dfe4bfdeeb7b63cf6");
}

TEST(Networks, CannotBeTakenForEachOther) {
    std::set<std::array<std::uint8_t, 4>> magics;
    std::set<std::string> prefixes;
    std::set<std::uint16_t> ports;
    std::set<Bytes> agreed;
    for (const Parameters* network : kAll) {
        magics.insert(network->magic);
        prefixes.insert(network->address_prefix);
        ports.insert(network->p2p_port);
        ports.insert(network->rpc_port);
        agreed.insert(serialized(*network));
        EXPECT_EQ(find_network(network->name), network);
    }
    EXPECT_EQ(magics.size(), 3U);
    EXPECT_EQ(prefixes.size(), 3U);
    EXPECT_EQ(ports.size(), 6U);
    EXPECT_EQ(agreed.size(), 3U);
    EXPECT_EQ(find_network("main"), nullptr);
}

TEST(Networks, AreTheSameWhateverANodeChoosesForItself) {
    Parameters other = local();
    other.p2p_port = 1;
    other.transaction_index = false;
    EXPECT_EQ(serialized(other), serialized(local()));
    other.asert->half_life += 1;
    EXPECT_NE(serialized(other), serialized(local()));
}

TEST(Subsidy, HalvesAndEnds) {
    EXPECT_EQ(subsidy({0}, regtest()), Amount{50 * kCoin.units});
    EXPECT_EQ(subsidy({149}, regtest()), Amount{50 * kCoin.units});
    EXPECT_EQ(subsidy({150}, regtest()), Amount{25 * kCoin.units});
    EXPECT_EQ(subsidy({209'999}, local()), Amount{50 * kCoin.units});
    EXPECT_EQ(subsidy({210'000}, local()), Amount{25 * kCoin.units});
    EXPECT_EQ(subsidy({33 * 150}, regtest()), Amount{});
    EXPECT_EQ(subsidy({2'147'483'647}, regtest()), Amount{});
}

TEST(Subsidy, CreatesLessThanTheMostMoneyThereMayBe) {
    Amount total;
    for (std::int32_t era = 0; era < 64; ++era)
        total += Amount{subsidy({era * 210'000}, local()).units * 210'000};
    EXPECT_TRUE(in_money_range(total));
}

}  // namespace
}  // namespace starling
