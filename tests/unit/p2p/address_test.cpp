#include "p2p/address.h"

#include <gtest/gtest.h>

namespace starling::p2p {
namespace {

TEST(Address, IsReadAndShownInTheUsualForms) {
    for (const char* text : {"127.0.0.1:18444", "[::1]:18444", "[2001:db8::7]:1"}) {
        const auto endpoint = parse_endpoint(text, 5);
        ASSERT_TRUE(endpoint) << text;
        EXPECT_EQ(to_string(*endpoint), text);
    }
    EXPECT_TRUE(parse_endpoint("127.0.0.1:1", 0)->is_ipv4());
    EXPECT_FALSE(parse_endpoint("[::1]:1", 0)->is_ipv4());
}

TEST(Address, TakesTheDefaultPortWhereNoneIsGiven) {
    EXPECT_EQ(to_string(*parse_endpoint("10.0.0.1", 7)), "10.0.0.1:7");
    EXPECT_EQ(to_string(*parse_endpoint("localhost", 7)), "127.0.0.1:7");
    EXPECT_EQ(to_string(*parse_endpoint("::1", 7)), "[::1]:7");
    EXPECT_EQ(to_string(*parse_endpoint("[::1]", 7)), "[::1]:7");
}

TEST(Address, RefusesWhatIsNoAddress) {
    for (const char* text :
         {"", ":1", "example.org", "1.2.3:4", "1.2.3.4:", "1.2.3.4:0", "1.2.3.4:65536",
          "1.2.3.4:+1", "[::1", "[::1]x", "[]:1", "1.2.3.4:1:2"})
        EXPECT_FALSE(parse_endpoint(text, 7)) << text;
}

}  // namespace
}  // namespace starling::p2p
