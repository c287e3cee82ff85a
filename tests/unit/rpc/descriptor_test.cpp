#include "node/rpc/descriptor.h"

#include "consensus/address.h"
#include "consensus/hex.h"

#include <gtest/gtest.h>

namespace starling::rpc {
namespace {

// BIP 86's words on a test network: see the wallet's account test.
constexpr const char* kAccount =
    "tpubDDfvzhdVV4unsoKt5aE6dcsNsfeWbTgmLZPi8LQDYU2xixrYemMfWJ3BaVneH3u7DBQePdTwhpybaKRU95pi6PMUtL"
    "PBJ"
    "LVQRpzEnjfjZzX";

Result<Descriptor, std::string> parsed(const std::string& text) {
    return Descriptor::parse(text, "tb");
}

TEST(DescriptorTest, ChecksumsAreThoseOfBip380) {
    EXPECT_EQ(descriptor_checksum("raw(deadbeef)"), "89f8spxm");
    EXPECT_TRUE(parsed("raw(deadbeef)#89f8spxm").ok());
    for (const char* bad : {"raw(deadbeef)#", "raw(deadbeef)#89f8spxmx", "raw(deadbeef)#89f8spx",
                            "raw(deedbeef)#89f8spxm", "raw(deadbeef)##9f8spxm"}) {
        EXPECT_FALSE(parsed(bad).ok()) << bad;
    }
}

TEST(DescriptorTest, ARowOfTaprootKeysGivesTheWalletsAddresses) {
    const auto row = parsed("tr(" + std::string(kAccount) + "/0/*)");
    ASSERT_TRUE(row.ok()) << row.error();
    EXPECT_TRUE(row->is_range());
    EXPECT_EQ(address_of_script(*row->script(0), "tb"),
              "tb1p8wpt9v4frpf3tkn0srd97pksgsxc5hs52lafxwru9kgeephvs7rqlqt9zj");
    EXPECT_NE(row->script(0), row->script(1));
}

TEST(DescriptorTest, AddressesAndRawScriptsAreTheirOwnScript) {
    EXPECT_EQ(parsed("raw(51024e73)")->script(0), from_hex("51024e73"));
    const auto address =
        parsed("addr(tb1p8wpt9v4frpf3tkn0srd97pksgsxc5hs52lafxwru9kgeephvs7rqlqt9zj)");
    ASSERT_TRUE(address.ok());
    EXPECT_FALSE(address->is_range());
    EXPECT_FALSE(parsed("addr(bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080)").ok());
}

TEST(DescriptorTest, WhatIsShownReadsBackAsTheSameScript) {
    const auto row = parsed("tr(" + std::string(kAccount) + "/1/*)");
    for (const std::uint32_t index : {0u, 5u}) {
        const auto shown = row->resolved(index);
        ASSERT_TRUE(shown);
        EXPECT_EQ(parsed(*shown)->script(0), row->script(index)) << *shown;
    }
}

TEST(DescriptorTest, RefusesWhatItDoesNotKnow) {
    for (const char* bad : {"", "tr", "tr()", "tr(zz)", "foo(51)", "raw(5)", "raw(zz)", "raw(51",
                            "tr(xpub/*)", "addr()", "raw(51))"}) {
        EXPECT_FALSE(parsed(bad).ok()) << bad;
    }
}

}  // namespace
}  // namespace starling::rpc
