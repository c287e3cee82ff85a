#include "node/http_auth.h"

#include <gtest/gtest.h>

namespace starling::node {
namespace {

// HMAC-SHA-256 with the key "salt" of "secret".
constexpr const char* kAlice =
    "alice:salt$98e5340f0f4f96d2b80c2a90da0d03cf46c35e9492918cc7af73d9a39efa5981";

TEST(HttpAuth, AdmitsTheCookieAndUsersWithTheirPassword) {
    HttpAuth auth;
    ASSERT_TRUE(auth.add_user(kAlice));
    auth.set_cookie("__cookie__:00ff");
    EXPECT_TRUE(auth.admits("Basic YWxpY2U6c2VjcmV0"));
    EXPECT_TRUE(auth.admits("Basic X19jb29raWVfXzowMGZm"));
}

TEST(HttpAuth, RefusesEverythingElse) {
    HttpAuth auth;
    ASSERT_TRUE(auth.add_user(kAlice));
    for (const char* header : {"", "Basic ",
                               "Basic YWxpY2U6d3Jvbmc=",      // alice:wrong
                               "Basic Ym9iOnNlY3JldA==",      // bob:secret
                               "Basic X19jb29raWVfXzowMGZm",  // a cookie that was never set
                               "Basic YWxpY2U6c2VjcmV0=",     // bad padding
                               "Basic YWxpY2U6c2Vj!mV0", "basic YWxpY2U6c2VjcmV0",
                               "Bearer YWxpY2U6c2VjcmV0", "YWxpY2U6c2VjcmV0"})
        EXPECT_FALSE(auth.admits(header)) << header;
}

TEST(HttpAuth, RefusesUsersThatAreNotInTheFormOfRpcauth) {
    HttpAuth auth;
    for (const char* line : {"", "alice", "alice:salt", "alice$salt:00", ":salt$00", "a:salt$zz"})
        EXPECT_FALSE(auth.add_user(line)) << line;
}

TEST(Base64, DecodesWhatRfc4648Encodes) {
    EXPECT_EQ(decode_base64(""), "");
    EXPECT_EQ(decode_base64("Zg=="), "f");
    EXPECT_EQ(decode_base64("Zm8="), "fo");
    EXPECT_EQ(decode_base64("Zm9v"), "foo");
    EXPECT_EQ(decode_base64("Zm9vYmFy"), "foobar");
    for (const char* text : {"Z", "Zg", "Zg=", "Z===", "Zm9v====", "Zm 9"})
        EXPECT_EQ(decode_base64(text), std::nullopt) << text;
}

}  // namespace
}  // namespace starling::node
