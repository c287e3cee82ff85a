#include "sim/engine/stream.h"

#include <gtest/gtest.h>

namespace starling::sim {
namespace {

// The first outputs of splitmix64 from 0, as its authors' program prints them.
TEST(Stream, IsSplitmix64) {
    Stream stream(0);
    EXPECT_EQ(stream.next(), 0xe220'a839'7b1d'cdaf);
    EXPECT_EQ(stream.next(), 0x6e78'9e6a'a1b9'65f4);
    EXPECT_EQ(stream.next(), 0x06c4'5d18'8009'454f);
}

TEST(Stream, GivesEachPurposeAndOwnerChanceOfItsOwn) {
    EXPECT_NE(seed_of(1, "host", 0), seed_of(1, "host", 1));
    EXPECT_NE(seed_of(1, "host", 0), seed_of(1, "link", 0));
    EXPECT_NE(seed_of(1, "host", 0), seed_of(2, "host", 0));
    EXPECT_EQ(seed_of(1, "host", 3), seed_of(1, "host", 3));
}

}  // namespace
}  // namespace starling::sim
