#include "consensus/check_block.h"

#include <gtest/gtest.h>

namespace starling {
namespace {

constexpr std::int64_t kNow = 1'800'000'000;

struct Fixture {
    Fixture() {
        parent.header.time = 1'799'999'000;
        header.version = 4;
        header.time = 1'799'999'001;
        header.bits = regtest().limit_bits;
    }
    [[nodiscard]] Result<Unit, Reject> judge() const {
        return check_header(header, parent, kNow, regtest());
    }
    [[nodiscard]] std::string verdict() const {
        const auto judged = judge();
        return judged ? "valid" : describe(judged.error());
    }

    HeaderNode parent;
    Header header;
};

TEST(CheckHeader, WantsTheBitsThatAreDue) {
    Fixture f;
    EXPECT_EQ(f.verdict(), "valid");
    f.header.bits = 0x1d00'ffff;  // harder than due is wrong too
    EXPECT_EQ(f.verdict(), "bad-diffbits");
}

TEST(CheckHeader, WantsATimeAfterTheMedianOfEleven) {
    Fixture f;
    f.header.time = f.parent.header.time;
    EXPECT_EQ(f.verdict(), "time-too-old");
}

TEST(CheckHeader, RefusesATimeTooFarAheadOnlyForNow) {
    Fixture f;
    f.header.time = static_cast<std::uint32_t>(kNow + regtest().future_seconds_max);
    EXPECT_EQ(f.verdict(), "valid");
    f.header.time += 1;
    EXPECT_EQ(f.verdict(), "time-too-new");
    EXPECT_EQ(f.judge().error().kind, RejectKind::too_early);
}

TEST(CheckHeader, WantsVersionFourAtLeast) {
    Fixture f;
    f.header.version = 3;
    EXPECT_EQ(f.verdict(), "bad-version(0x00000003)");
    f.header.version = -2147483647;
    EXPECT_EQ(f.verdict(), "bad-version(0x80000001)");
}

TEST(CheckHeader, NamesTheFirstBrokenRule) {
    Fixture f;
    f.header.version = 1;
    f.header.time = 0;
    EXPECT_EQ(f.verdict(), "time-too-old");
    f.header.bits = 0;
    EXPECT_EQ(f.verdict(), "bad-diffbits");
}

TEST(CheckHeader, WantsItsOwnWork) {
    Header header = regtest().genesis.header;
    EXPECT_TRUE(check_header_work(header, regtest()));
    header.nonce = 0;
    while (check_header_work(header, regtest()))
        ++header.nonce;
    EXPECT_EQ(check_header_work(header, regtest()).error().reason, "high-hash");
    header = regtest().genesis.header;
    header.bits = 0x2100'ffff;  // easier than the network allows, whatever the hash
    EXPECT_EQ(check_header_work(header, regtest()).error().reason, "high-hash");
}

}  // namespace
}  // namespace starling
