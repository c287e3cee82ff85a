#include "node/rpc/amount_text.h"

#include <gtest/gtest.h>

namespace starling::rpc {
namespace {

TEST(AmountTextTest, WritesEightDecimalsAlways) {
    EXPECT_EQ(amount_text({0}), "0.00000000");
    EXPECT_EQ(amount_text({1}), "0.00000001");
    EXPECT_EQ(amount_text({580'200'000'000}), "5802.00000000");
    EXPECT_EQ(amount_text({-1}), "-0.00000001");
    EXPECT_EQ(amount_text({-150'000'000}), "-1.50000000");
}

TEST(AmountTextTest, ReadsDecimalsExactly) {
    EXPECT_EQ(parse_amount("0.1"), Amount{10'000'000});
    EXPECT_EQ(parse_amount("0.2"), Amount{20'000'000});
    EXPECT_EQ(parse_amount("1e-8"), Amount{1});
    EXPECT_EQ(parse_amount("21000000"), kMoneyMax);
    EXPECT_EQ(parse_amount("0.00000001"), Amount{1});
    EXPECT_EQ(parse_amount("2.5E1"), Amount{2'500'000'000});
}

TEST(AmountTextTest, RefusesWhatIsNoAmount) {
    for (const char* text : {"", ".", ".5", "5.", "-1", "+1", "1,5", "0x10", "1e400", "1e-9", "NaN",
                             "0.000000001", "21000000.00000001", "1 ", " 1", "01", "1e", "--1"}) {
        EXPECT_FALSE(parse_amount(text)) << text;
    }
}

TEST(AmountTextTest, ReadsBackWhatItWrites) {
    for (std::int64_t units = 0; units < kMoneyMax.units; units = units * 7 + 3)
        EXPECT_EQ(parse_amount(amount_text({units})), Amount{units});
}

}  // namespace
}  // namespace starling::rpc
