#include "node/network.h"

#include "chain/memory_store.h"
#include "node/half_open.h"
#include "node/random.h"
#include "p2p/plain_transport.h"
#include "p2p/refusals.h"
#include "support/link_keys.h"
#include "support/raw_client.h"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <future>
#include <map>
#include <string>
#include <thread>

namespace starling::node {
namespace {

using test::public_of;
using test::RawClient;
using test::secret;

// A node without a store on disk: real machines, real sockets, its own protocol thread.
class TestNode {
public:
    explicit TestNode(std::uint8_t key,
                      const Parameters& parameters = regtest(),
                      std::function<void(NetworkOptions&)> change = {})
        : store_(parameters.genesis_hash),
          machine_(parameters, {}, store_, loop_, random_),
          network_(machine_, options(key, change)) {
        std::promise<void> opened;
        thread_ = std::thread([this] { loop_.run(); });
        loop_.post([&] { machine_.open(store_.load(), [&] { opened.set_value(); }); });
        opened.get_future().get();
        address = ask<p2p::Endpoint>([this] {
            return network_.listen(p2p::Endpoint::ipv4({127, 0, 0, 1}, 0));
        });
    }
    ~TestNode() {
        ask<bool>([this] {
            network_.stop();
            return true;
        });
        loop_.stop();
        thread_.join();
    }
    TestNode(const TestNode&) = delete;
    TestNode& operator=(const TestNode&) = delete;

    void add_peer(const p2p::Endpoint& where, std::optional<p2p::CompressedKey> key) {
        loop_.post([this, where, key] { machine_.tell(p2p::PeerAdded{where, true, key}); });
    }
    std::vector<p2p::PeerView> peers() {
        return ask<std::vector<p2p::PeerView>>([this] { return machine_.gossip().peers(); });
    }
    std::map<std::string, std::uint64_t> refusals() {
        return ask<std::map<std::string, std::uint64_t>>(
            [this] { return machine_.gossip().refusals(); });
    }
    std::size_t half_open() {
        return ask<std::size_t>([this] { return network_.half_open(); });
    }
    bool has_ready_peer() {
        const auto all = peers();
        return all.size() == 1 && all[0].ready;
    }

    p2p::Endpoint address;

private:
    static NetworkOptions options(std::uint8_t key,
                                  const std::function<void(NetworkOptions&)>& change) {
        NetworkOptions out{.connections_max = 64, .identity = *p2p::Identity::from(secret(key))};
        if (change) change(out);
        return out;
    }
    template <class T>
    T ask(std::function<T()> question) {
        std::promise<T> answer;
        loop_.post([&] { answer.set_value(question()); });
        return answer.get_future().get();
    }

    Loop loop_;
    KernelRandom random_;
    chain::MemoryStore store_;
    Machine machine_;
    Network network_;
    std::thread thread_;
};

void wait_until(const std::function<bool()>& reached) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{10};
    while (!reached()) {
        ASSERT_LT(std::chrono::steady_clock::now(), end) << "it did not happen";
        std::this_thread::sleep_for(std::chrono::milliseconds{2});
    }
}

// Nodes of the Internet: an address is one node's.
const Parameters& strict() {
    static const Parameters parameters = [] {
        Parameters out = regtest();
        out.overlay = {};
        return out;
    }();
    return parameters;
}

void plain_only(NetworkOptions& options) {
    options.plain = true;
}

TEST(Network, TellsGossipOfAPeerWithTheKeyThatItProved) {
    TestNode one(1);
    TestNode two(2);
    two.add_peer(one.address, public_of(1));
    wait_until([&] { return one.has_ready_peer() && two.has_ready_peer(); });
    EXPECT_EQ(one.peers().at(0).key, public_of(2));
    EXPECT_EQ(two.peers().at(0).key, public_of(1));
    EXPECT_EQ(one.half_open(), 0u);
}

TEST(Network, ConnectsWithoutKeysOverPlain) {
    TestNode one(1, regtest(), plain_only);
    TestNode two(2, regtest(), plain_only);
    two.add_peer(one.address, std::nullopt);
    wait_until([&] { return one.has_ready_peer() && two.has_ready_peer(); });
    EXPECT_FALSE(one.peers().at(0).key);
}

TEST(Network, CountsWhoSpeaksWithAnotherNetworksMagic) {
    TestNode node(1, regtest(), plain_only);
    RawClient stranger(node.address.port);
    stranger.send(p2p::encode_plain(local().magic, p2p::Verack{}));
    stranger.read_all();
    const std::string foreign(describe(p2p::Refusal::foreign_network));
    wait_until([&] { return node.refusals().contains(foreign); });
    EXPECT_EQ(node.refusals().at(foreign), 1u);
}

TEST(Network, ConnectsNoPeerWhoseKeyIsNotTheExpectedOne) {
    TestNode one(1);
    TestNode two(2);
    two.add_peer(one.address, public_of(9));
    // A later dial, with the key, ends after the wrong one has.
    TestNode three(3);
    three.add_peer(one.address, public_of(1));
    wait_until([&] { return three.has_ready_peer() && one.has_ready_peer(); });
    wait_until([&] { return one.half_open() == 0; });
    EXPECT_TRUE(two.peers().empty());
    EXPECT_EQ(one.peers().at(0).key, public_of(3));
}

TEST(Network, DialsNobodyWithoutAKeyUnlessPlain) {
    TestNode one(1);
    TestNode two(2);
    two.add_peer(one.address, std::nullopt);
    TestNode three(3);
    three.add_peer(one.address, public_of(1));
    wait_until([&] { return three.has_ready_peer() && one.has_ready_peer(); });
    EXPECT_TRUE(two.peers().empty());
    EXPECT_EQ(one.peers().at(0).key, public_of(3));
}

TEST(Network, HearsNothingOfAConnectionBeforeItsHandshakeIsDone) {
    TestNode node(1);
    RawClient silent(node.address.port);
    wait_until([&] { return node.half_open() == 1; });
    EXPECT_TRUE(node.peers().empty());
}

TEST(Network, EncryptsUnlessItWasToldNotTo) {
    TestNode node(1);
    RawClient bitcoin(node.address.port);
    for (int i = 0; i < 3; ++i)  // more than a first act
        bitcoin.send(p2p::encode_plain(regtest().magic, p2p::Verack{}));
    EXPECT_EQ(bitcoin.read_all(), Bytes());
    EXPECT_TRUE(node.peers().empty());
}

TEST(Network, BoundsHalfOpenHandshakesByAddress) {
    TestNode node(1, strict());
    std::vector<std::unique_ptr<RawClient>> silent;
    for (std::size_t i = 0; i < HalfOpen::kPerNodeMax; ++i)
        silent.push_back(std::make_unique<RawClient>(node.address.port));
    wait_until([&] { return node.half_open() == HalfOpen::kPerNodeMax; });
    RawClient refused(node.address.port);
    EXPECT_EQ(refused.read_all(), Bytes());
    RawClient elsewhere(node.address.port, 2);
    wait_until([&] { return node.half_open() == HalfOpen::kPerNodeMax + 1; });
    silent.clear();
    wait_until([&] { return node.half_open() == 1; });
}

TEST(Network, ClosesASilentHandshakeAfterItsTimeout) {
    TestNode node(1, regtest(), [](NetworkOptions& options) {
        options.handshake_timeout = std::chrono::milliseconds{30};
    });
    RawClient silent(node.address.port);
    EXPECT_EQ(silent.read_all(), Bytes());
    wait_until([&] { return node.half_open() == 0; });
}

TEST(Network, GivesTheOldestHandshakesPlaceToTheNewest) {
    TestNode node(1, regtest(), [](NetworkOptions& options) { options.connections_max = 1'000; });
    RawClient oldest(node.address.port);
    wait_until([&] { return node.half_open() == 1; });
    std::vector<std::unique_ptr<RawClient>> flood;
    for (std::size_t i = 0; i < HalfOpen::kTotalMax; ++i)
        flood.push_back(std::make_unique<RawClient>(node.address.port));
    EXPECT_EQ(oldest.read_all(), Bytes());
    EXPECT_EQ(node.half_open(), HalfOpen::kTotalMax);
    TestNode honest(2);
    honest.add_peer(node.address, public_of(1));
    wait_until([&] { return honest.has_ready_peer(); });
}

TEST(Network, LeavesDescriptorsForAllThatIsNotInbound) {
    const p2p::Limits limits;
    const std::size_t others = limits.outbound_max() + p2p::Limits::kExtraOutboundMax +
                               limits.manual_max + HalfOpen::kTotalMax;
    EXPECT_EQ(inbound_places(0, limits), 0u);
    EXPECT_EQ(inbound_places(others, limits), 0u);
    EXPECT_EQ(inbound_places(others + 1, limits), 1u);
    EXPECT_GT(inbound_places(1'024 / 2, limits), limits.inbound_max) << "of a modest system";
}

}  // namespace
}  // namespace starling::node
