#include "node/connection.h"

#include "chain/memory_store.h"
#include "p2p/link/link_transport.h"
#include "p2p/plain_transport.h"
#include "support/link_keys.h"

#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <string>

namespace starling::node {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using p2p::LinkTransport;
using p2p::PeerId;
using test::public_of;
using test::secret;

constexpr PeerId kHere{1};
constexpr PeerId kThere{2};

// Two sockets of this machine that are connected to each other, and what happened at their ends.
class ConnectionTest : public ::testing::Test, public ConnectionOwner {
protected:
    struct Seen {
        std::optional<std::optional<p2p::CompressedKey>> established;
        std::vector<Received> received;
        std::optional<std::string> ended;
        std::size_t written = 0;
    };

    ConnectionTest() {
        tcp::acceptor acceptor(loop_.io(), {asio::ip::address_v4::loopback(), 0});
        here_socket_.connect(acceptor.local_endpoint());
        acceptor.accept(there_socket_);
    }

    std::shared_ptr<Connection> connect(PeerId id,
                                        tcp::socket& socket,
                                        std::unique_ptr<p2p::Transport> transport) {
        auto connection = std::make_shared<Connection>(
            id, std::move(socket), std::move(transport),
            ConnectionShell{regtest(), jobs_, loop_, *this, handshake_timeout_});
        connection->start();
        return connection;
    }
    std::shared_ptr<Connection> dialler(std::uint8_t expected = 2) {
        return connect(kHere, here_socket_,
                       std::make_unique<LinkTransport>(
                           LinkTransport::dialler(secret(1), public_of(expected), secret(3))));
    }
    std::shared_ptr<Connection> responder() {
        return connect(
            kThere, there_socket_,
            std::make_unique<LinkTransport>(LinkTransport::responder(secret(2), secret(4))));
    }
    std::shared_ptr<Connection> plain(PeerId id, tcp::socket& socket) {
        return connect(id, socket, std::make_unique<p2p::PlainTransport>(regtest().magic));
    }

    void run_until(std::function<bool()> reached) {
        reached_ = std::move(reached);
        loop_.after(std::chrono::seconds{10},
                    [this] { loop_.stop(); });  // then the test has failed
        if (!reached_()) loop_.run();
        EXPECT_TRUE(reached_()) << "it did not happen";
    }
    void note() {
        if (reached_ && reached_()) loop_.stop();
    }

    // A stranger that holds the other end of a connection itself.
    void write_raw(const Bytes& bytes) { asio::write(here_socket_, asio::buffer(bytes)); }
    Bytes read_raw(std::size_t size) {
        Bytes out(size);
        asio::read(here_socket_, asio::buffer(out));
        return out;
    }
    Bytes read_raw_to_the_end() {
        Bytes out;
        boost::system::error_code end;
        asio::read(here_socket_, asio::dynamic_buffer(out), end);
        return out;
    }

    // The stranger dials; gives its third act.
    Bytes read_to_act_three(LinkTransport& stranger) {
        write_raw(stranger.open({}).reply);
        run_until([this] { return seen_[kThere].written == p2p::NoiseHandshake::kActTwoBytes; });
        return stranger.open(read_raw(p2p::NoiseHandshake::kActTwoBytes)).reply;
    }

    // ---- ConnectionOwner ----
    void established(PeerId peer, const std::optional<p2p::CompressedKey>& key) override {
        EXPECT_FALSE(seen_[peer].established);
        EXPECT_TRUE(seen_[peer].received.empty());
        seen_[peer].established = key;
        note();
    }
    void received(PeerId peer, std::vector<Received> messages) override {
        EXPECT_TRUE(seen_[peer].established);
        std::ranges::move(messages, std::back_inserter(seen_[peer].received));
        note();
    }
    void written(PeerId peer, std::size_t bytes, std::size_t) override {
        seen_[peer].written += bytes;
        note();
    }
    void ended(PeerId peer, std::string_view reason, std::optional<p2p::TransportError>) override {
        EXPECT_FALSE(seen_[peer].ended);
        seen_[peer].ended = reason;
        note();
    }
    std::span<std::uint8_t> read_buffer() override { return buffer_; }

    bool both_established() { return seen_[kHere].established && seen_[kThere].established; }

    Loop loop_;
    chain::MemoryStore store_{regtest().genesis_hash};
    tcp::socket here_socket_{loop_.io()};
    tcp::socket there_socket_{loop_.io()};
    std::chrono::milliseconds handshake_timeout_ = std::chrono::seconds{10};
    Bytes buffer_ = Bytes(100'000);
    std::map<PeerId, Seen> seen_;
    std::function<bool()> reached_;
    Jobs jobs_{2, regtest(), store_, loop_, {}};  // last: its threads end before what they work on
};

p2p::RawMessage raw(std::string command, Bytes payload) {
    return {.command = std::move(command),
            .payload = std::make_shared<const Bytes>(std::move(payload))};
}
p2p::RawMessage ping(std::uint64_t nonce) {
    return raw("ping", p2p::encode(p2p::Ping{nonce}));
}

TEST_F(ConnectionTest, IsEstablishedWithTheKeysThatWereProved) {
    const auto here = dialler();
    const auto there = responder();
    run_until([this] { return both_established(); });
    EXPECT_EQ(*seen_[kHere].established, public_of(2));
    EXPECT_EQ(*seen_[kThere].established, public_of(1));
}

TEST_F(ConnectionTest, CarriesMessagesInOrderWhateverTheirSizes) {
    for (const bool encrypted : {true, false}) {
        seen_.clear();
        if (!encrypted) {
            tcp::acceptor acceptor(loop_.io(), {asio::ip::address_v4::loopback(), 0});
            here_socket_ = tcp::socket(loop_.io());
            there_socket_ = tcp::socket(loop_.io());
            here_socket_.connect(acceptor.local_endpoint());
            acceptor.accept(there_socket_);
        }
        const auto here = encrypted ? dialler() : plain(kHere, here_socket_);
        const auto there = encrypted ? responder() : plain(kThere, there_socket_);
        run_until([this] { return both_established(); });
        std::size_t bytes = 0;
        for (std::uint64_t i = 0; i < 50; ++i) {
            // Unknown to us, so that its content does not matter; some are sealed by workers.
            const std::size_t size = i % 10 == 0 ? 3'900'000 : i % 3 == 0 ? 30'000 : 10;
            if (i % 10 == 0 || i % 3 == 0)
                here->send(raw("x" + std::to_string(i), Bytes(size, 1)));
            else
                here->send(ping(i));
            bytes = here->queued_bytes();
        }
        EXPECT_GT(bytes, 15'000'000u);
        run_until([this] { return seen_[kThere].received.size() == 50; });
        for (std::uint64_t i = 0; i < 50; ++i) {
            const p2p::Message& message = seen_[kThere].received[i].message;
            const auto* pinged = std::get_if<p2p::Ping>(&message);
            EXPECT_EQ(pinged != nullptr ? "x" + std::to_string(pinged->nonce)
                                        : std::string(p2p::command_of(message)),
                      "x" + std::to_string(i));
        }
        there->send(ping(7));
        run_until([this] { return !seen_[kHere].received.empty(); });
        EXPECT_EQ(here->queued_bytes(), 0u);
        here->close("");
        there->close("");
        run_until([this] { return seen_[kHere].ended && seen_[kThere].ended; });
    }
}

TEST_F(ConnectionTest, IsNeverEstablishedWithAKeyThatIsNotTheExpectedOne) {
    const auto here = dialler(9);
    const auto there = responder();
    run_until([this] { return seen_[kHere].ended && seen_[kThere].ended; });
    EXPECT_FALSE(seen_[kHere].established);
    EXPECT_FALSE(seen_[kThere].established);
    EXPECT_EQ(seen_[kThere].ended, "a handshake that proves nothing");
    EXPECT_EQ(seen_[kThere].written, 0u);
}

TEST_F(ConnectionTest, SaysNothingToAStrangerWhoSendsGarbage) {
    const auto there = responder();
    write_raw(Bytes(50, 0));
    run_until([this] { return seen_[kThere].ended.has_value(); });
    EXPECT_EQ(read_raw_to_the_end(), Bytes());
    EXPECT_FALSE(seen_[kThere].established);
}

TEST_F(ConnectionTest, SaysNothingBeyondActTwoToAHandshakeThatFails) {
    const auto there = responder();
    LinkTransport stranger = LinkTransport::dialler(secret(1), public_of(2), secret(3));
    Bytes act_three = read_to_act_three(stranger);
    act_three.back() ^= 1;
    write_raw(act_three);
    run_until([this] { return seen_[kThere].ended.has_value(); });
    EXPECT_EQ(read_raw_to_the_end(), Bytes());
    EXPECT_FALSE(seen_[kThere].established);
}

TEST_F(ConnectionTest, EndsWithoutAWordAtAFlippedBit) {
    const auto there = responder();
    LinkTransport peer = LinkTransport::dialler(secret(1), public_of(2), secret(3));
    write_raw(read_to_act_three(peer));
    run_until([this] { return seen_[kThere].established.has_value(); });
    Bytes frame = peer.seal(std::vector<p2p::RawMessage>{ping(1)});
    frame[30] ^= 4;
    write_raw(frame);
    run_until([this] { return seen_[kThere].ended.has_value(); });
    EXPECT_EQ(seen_[kThere].ended, "a frame that was changed on its way");
    EXPECT_TRUE(seen_[kThere].received.empty());
    EXPECT_EQ(read_raw_to_the_end(), Bytes());
}

TEST_F(ConnectionTest, EndsAHandshakeThatIsNotDoneInTime) {
    handshake_timeout_ = std::chrono::milliseconds{20};
    const auto there = responder();
    run_until([this] { return seen_[kThere].ended.has_value(); });
    EXPECT_EQ(seen_[kThere].ended, "no handshake in time");
}

TEST_F(ConnectionTest, OutlivesTheTimeoutOnceItIsEstablished) {
    handshake_timeout_ = std::chrono::milliseconds{200};
    const auto here = dialler();
    const auto there = responder();
    run_until([this] { return both_established(); });
    bool later = false;
    loop_.after(std::chrono::milliseconds{300}, [&] {
        later = true;
        note();
    });
    run_until([&] { return later; });
    EXPECT_FALSE(seen_[kHere].ended);
    EXPECT_FALSE(seen_[kThere].ended);
}

TEST_F(ConnectionTest, WritesItsLastWordsWhenItIsDropped) {
    const auto here = dialler();
    const auto there = responder();
    run_until([this] { return both_established(); });
    here->send(raw("block", Bytes(2'000'000, 1)));  // a worker seals it after the drop
    here->send(ping(5));
    here->drop();
    here->send(ping(6));
    run_until([this] { return seen_[kHere].ended && seen_[kThere].ended; });
    ASSERT_EQ(seen_[kThere].received.size(), 2u);
    EXPECT_EQ(std::get<p2p::Ping>(seen_[kThere].received[1].message).nonce, 5u);
    EXPECT_EQ(seen_[kHere].ended, "");
}

TEST_F(ConnectionTest, EndsWithAPeerThatDoesNotReadWhatItAskedFor) {
    const auto there = responder();
    LinkTransport peer = LinkTransport::dialler(secret(1), public_of(2), secret(3));
    write_raw(read_to_act_three(peer));
    run_until([this] { return seen_[kThere].established.has_value(); });
    const p2p::RawMessage block = raw("block", Bytes(p2p::kMessageBytesMax));
    for (std::size_t sent = 0; sent <= Connection::kQueuedBytesMax; sent += p2p::kMessageBytesMax)
        there->send(block);
    run_until([this] { return seen_[kThere].ended.has_value(); });
    EXPECT_EQ(seen_[kThere].ended, "it does not read what it asked for");
}

TEST_F(ConnectionTest, SpeaksBitcoinsFramingOverPlain) {
    const auto there = plain(kThere, there_socket_);
    write_raw(p2p::encode_plain(regtest().magic, p2p::Ping{3}));
    run_until([this] { return !seen_[kThere].received.empty(); });
    EXPECT_EQ(*seen_[kThere].established, std::nullopt);
    there->send(raw("pong", p2p::encode(p2p::Pong{3})));
    const Bytes expected = p2p::encode_plain(regtest().magic, p2p::Pong{3});
    run_until([&] { return seen_[kThere].written == expected.size(); });
    EXPECT_EQ(read_raw(expected.size()), expected);
}

}  // namespace
}  // namespace starling::node
