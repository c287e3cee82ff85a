#include "p2p/peer_address.h"

#include "consensus/hex.h"
#include "p2p/identity/record.h"

#include <gtest/gtest.h>

namespace starling::p2p {
namespace {

// The generator of secp256k1: the public key of the secret 1.
const std::string kKey = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";

Identity identity() {
    SecretKey one{};
    one.back() = 1;
    return *Identity::from(one);
}

std::string complaint(std::string_view text, LinkKind links = LinkKind::encrypted) {
    const auto peer = parse_peer_address(text, regtest(), links);
    return peer.ok() ? "none" : peer.error();
}

TEST(PeerAddress, IsAKeyAtAnAddress) {
    const auto peer = parse_peer_address(kKey + "@127.0.0.1:5", regtest(), LinkKind::encrypted);
    ASSERT_TRUE(peer.ok()) << peer.error();
    EXPECT_EQ(hex(*peer->key), kKey);
    EXPECT_EQ(to_string(peer->address), "127.0.0.1:5");
    EXPECT_EQ(parse_peer_address(kKey + "@[::1]", regtest(), LinkKind::encrypted)->address.port,
              regtest().p2p_port);
}

TEST(PeerAddress, IsARecordOfThisNetworkWithAnAddressToDial) {
    const Endpoint tcp = Endpoint::ipv4({127, 0, 0, 1}, 9);
    const auto of_network = [&](const Parameters& network, std::optional<Endpoint> at) {
        return Record::sign({.tcp = at, .network = network_tag(network)}, identity())->text();
    };
    const auto peer =
        parse_peer_address(of_network(regtest(), tcp), regtest(), LinkKind::encrypted);
    ASSERT_TRUE(peer.ok()) << peer.error();
    EXPECT_EQ(peer->address, tcp);
    EXPECT_EQ(hex(*peer->key), kKey);
    EXPECT_NE(complaint(of_network(local(), tcp)).find("another network"), std::string::npos);
    EXPECT_NE(complaint(of_network(regtest(), {})).find("no TCP address"), std::string::npos);
    std::string forged = of_network(regtest(), tcp);
    forged[10] = forged[10] == 'A' ? 'B' : 'A';
    EXPECT_NE(complaint(forged), "none");
}

TEST(PeerAddress, OverEncryptedLinksAnAddressAloneIsRefusedWithWhatToWrite) {
    EXPECT_NE(complaint("127.0.0.1:5").find("KEY@HOST:PORT"), std::string::npos);
    EXPECT_NE(complaint("02ab@127.0.0.1:5").find("66 hexadecimal digits"), std::string::npos);
    EXPECT_NE(complaint("05" + kKey.substr(2) + "@127.0.0.1:5"), "none");  // no point
    EXPECT_NE(complaint(kKey + "@example.org:5").find("not resolved"), std::string::npos);
    EXPECT_NE(complaint(kKey + "@127.0.0.1:0"), "none");
}

TEST(PeerAddress, PlainLinksTakeNoKeyThatNobodyWouldCheck) {
    const auto peer = parse_peer_address("127.0.0.1:5", regtest(), LinkKind::plain);
    ASSERT_TRUE(peer.ok()) << peer.error();
    EXPECT_FALSE(peer->key.has_value());
    EXPECT_NE(complaint(kKey + "@127.0.0.1:5", LinkKind::plain), "none");
    EXPECT_NE(complaint("enr:abc", LinkKind::plain), "none");
}

TEST(PeerAddress, ComplaintsAreOneLineOfBoundedLength) {
    for (const char c : {'@', ':', 'e', '0'})
        EXPECT_LT(complaint(std::string(100'000, c)).size(), 300u);
}

}  // namespace
}  // namespace starling::p2p
