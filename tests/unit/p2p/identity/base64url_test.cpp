#include "p2p/identity/base64url.h"

#include "support/seeded_random.h"

#include <gtest/gtest.h>

namespace starling::p2p {
namespace {

Bytes text(std::string_view s) {
    return {s.begin(), s.end()};
}

// RFC 4648, section 10, without its padding.
TEST(Base64url, GivesThePublishedTexts) {
    EXPECT_EQ(base64url({}), "");
    EXPECT_EQ(base64url(text("f")), "Zg");
    EXPECT_EQ(base64url(text("fo")), "Zm8");
    EXPECT_EQ(base64url(text("foo")), "Zm9v");
    EXPECT_EQ(base64url(text("foobar")), "Zm9vYmFy");
    EXPECT_EQ(base64url(Bytes{0xfb, 0xff}), "-_8");
}

TEST(Base64url, GivesBackWhatItWrote) {
    test::SeededRandom random(7);
    for (std::size_t size = 0; size < 400; ++size) {
        Bytes bytes(size);
        for (auto& byte : bytes)
            byte = static_cast<std::uint8_t>(random.next());
        EXPECT_EQ(from_base64url(base64url(bytes)), bytes);
    }
}

TEST(Base64url, RefusesAllButOneTextOfTheSameBytes) {
    EXPECT_EQ(from_base64url("Zg"), text("f"));
    EXPECT_EQ(from_base64url("Zg=="), std::nullopt);
    EXPECT_EQ(from_base64url("Zh"), std::nullopt) << "a bit behind the last byte";
    EXPECT_EQ(from_base64url("Zm9"), std::nullopt) << "a bit behind the last byte";
    EXPECT_EQ(from_base64url("Z"), std::nullopt);
    EXPECT_EQ(from_base64url("Zm9vY"), std::nullopt);
    EXPECT_EQ(from_base64url("+/8"), std::nullopt) << "the other alphabet";
    EXPECT_EQ(from_base64url("Zm 9v"), std::nullopt);
    EXPECT_EQ(from_base64url(std::string_view("Zm\0v", 4)), std::nullopt);
}

}  // namespace
}  // namespace starling::p2p
