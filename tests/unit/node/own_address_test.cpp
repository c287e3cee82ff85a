#include "node/own_address.h"

#include "node/own_record.h"
#include "p2p/discovery/saved_peers.h"

#include <gtest/gtest.h>

namespace starling::node {
namespace {

p2p::Endpoint at(const char* text) {
    return *p2p::parse_endpoint(text, 0);
}
std::string shown(const std::optional<p2p::Endpoint>& endpoint) {
    return endpoint ? to_string(*endpoint) : "-";
}
std::string shown(const OwnEndpoints& own) {
    return shown(own.udp) + " " + shown(own.tcp) + " " + shown(own.udp6) + " " + shown(own.tcp6);
}

TEST(OwnEndpoints, AreTheAddressThatIsListenedAt) {
    EXPECT_EQ(shown(own_endpoints(at("127.0.0.1:5"), at("127.0.0.1:5"), {})),
              "127.0.0.1:5 127.0.0.1:5 - -");
    EXPECT_EQ(shown(own_endpoints(at("[::1]:5"), at("[::1]:5"), {})), "- - [::1]:5 [::1]:5");
    EXPECT_EQ(shown(own_endpoints(at("127.0.0.1:5"), {}, {})), "127.0.0.1:5 - - -");
}

TEST(OwnEndpoints, AWildcardLeavesTheAddressToOthers) {
    EXPECT_EQ(shown(own_endpoints(at("0.0.0.0:5"), at("0.0.0.0:5"), {})),
              "0.0.0.0:5 0.0.0.0:5 - -");
    EXPECT_EQ(shown(own_endpoints(at("[::]:5"), at("[::]:5"), {})),
              "0.0.0.0:5 0.0.0.0:5 [::]:5 [::]:5");
}

TEST(OwnEndpoints, APersonKnowsBetter) {
    EXPECT_EQ(shown(own_endpoints(at("0.0.0.0:5"), at("0.0.0.0:5"), at("203.0.113.7"))),
              "203.0.113.7:5 203.0.113.7:5 - -");
    EXPECT_EQ(shown(own_endpoints(at("[::]:5"), {}, at("203.0.113.7:80"))),
              "203.0.113.7:80 - [::]:5 -");
}

class OwnRecordTest : public ::testing::Test {
protected:
    OwnRecord made(const char* tcp, ByteView saved) {
        return own_record({.tcp = at(tcp)}, regtest(), identity_, saved, now_);
    }
    static p2p::Identity identity(std::uint8_t number) {
        SecretKey secret{};
        secret.back() = number;
        return *p2p::Identity::from(secret);
    }
    p2p::Identity identity_ = identity(1);
    Time now_{Duration{1'000}};
};

TEST_F(OwnRecordTest, KeepsItsNumberUntilSomethingChanges) {
    const OwnRecord first = made("127.0.0.1:5", {});
    EXPECT_EQ(first.record->sequence(), 1'000u);
    EXPECT_TRUE(first.record->of_network(p2p::network_tag(regtest())));
    const OwnRecord same = made("127.0.0.1:5", first.saved);
    EXPECT_EQ(same.record->bytes(), first.record->bytes());
    const OwnRecord moved = made("127.0.0.1:6", same.saved);
    EXPECT_EQ(moved.record->sequence(), 1'001u);
    EXPECT_EQ(made("127.0.0.1:5", moved.saved).record->sequence(), 1'002u);
}

// A run may have told of a later record and ended before it was saved.
TEST_F(OwnRecordTest, ANewNumberIsNoLowerThanTheClock) {
    const OwnRecord first = made("127.0.0.1:5", {});
    now_ = Time{Duration{9'000}};
    EXPECT_EQ(made("127.0.0.1:5", first.saved).record->sequence(), 1'000u);
    EXPECT_EQ(made("127.0.0.1:6", first.saved).record->sequence(), 9'000u);
}

TEST_F(OwnRecordTest, BeginsAnewWithAnotherKeyAndOverADamagedFile) {
    const OwnRecord first = made("127.0.0.1:5", {});
    now_ = Time{Duration{500}};
    EXPECT_EQ(made("127.0.0.1:6", Bytes(100, 7)).record->sequence(), 500u);
    identity_ = identity(2);
    EXPECT_EQ(made("127.0.0.1:6", first.saved).record->sequence(), 500u);
}

TEST_F(OwnRecordTest, KeepsTheNodesThatTheFileHad) {
    p2p::discv5::SavedPeers before;
    before.peers.push_back({.record = {1, 2, 3}, .last_seen = Time{Duration{5}}});
    const OwnRecord own = made("127.0.0.1:5", encode_saved_peers(before));
    EXPECT_EQ(p2p::discv5::decode_saved_peers(own.saved)->peers, before.peers);
}

TEST_F(OwnRecordTest, NamesNoAddressThatIsNone) {
    EXPECT_FALSE(made("0.0.0.0:5", {}).record->tcp().has_value());
}

}  // namespace
}  // namespace starling::node
