#include "node/udp_socket.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace starling::node {
namespace {

class UdpSocketTest : public ::testing::Test {
protected:
    // Runs the loop until the socket has heard so many, or for a second.
    void run_until_heard(std::size_t count) {
        wanted_ = count;
        loop_.after(std::chrono::seconds{1}, [this] { loop_.stop(); });
        if (heard_.size() < wanted_) loop_.run();
    }

    Loop loop_;
    std::size_t wanted_ = 0;
    std::vector<Bytes> heard_;
    std::vector<p2p::Endpoint> from_;
    UdpSocket listener_{loop_, [this](const p2p::Endpoint& from, ByteView datagram) {
                            heard_.emplace_back(datagram.begin(), datagram.end());
                            from_.push_back(from);
                            if (heard_.size() >= wanted_) loop_.stop();
                        }};
    UdpSocket speaker_{loop_, [](const p2p::Endpoint&, ByteView) {}};
    const p2p::Endpoint any_port_ = p2p::Endpoint::ipv4({127, 0, 0, 1}, 0);
};

TEST_F(UdpSocketTest, HearsWhoSpokeAndCounts) {
    const p2p::Endpoint at = listener_.bind(any_port_);
    const p2p::Endpoint speaker = speaker_.bind(any_port_);
    for (std::uint8_t i = 0; i < 100; ++i)  // more than a turn
        speaker_.send(at, Bytes(63, i));
    run_until_heard(100);
    ASSERT_EQ(heard_.size(), 100u);
    EXPECT_EQ(heard_[99], Bytes(63, 99));
    EXPECT_EQ(from_[0], speaker);
    EXPECT_EQ(speaker_.traffic().sent, 100u);
    EXPECT_EQ(listener_.traffic().received_bytes, 6'300u);
    EXPECT_TRUE(listener_.traffic().last_received.has_value());
}

TEST_F(UdpSocketTest, DropsWhatIsLongerThanAnyPacket) {
    const p2p::Endpoint at = listener_.bind(any_port_);
    speaker_.bind(any_port_);
    speaker_.send(at, Bytes(1'281, 1));
    speaker_.send(at, Bytes(60'000, 2));
    speaker_.send(at, Bytes(1'280, 3));
    run_until_heard(1);
    ASSERT_EQ(heard_.size(), 1u);
    EXPECT_EQ(heard_[0], Bytes(1'280, 3));
    EXPECT_EQ(listener_.traffic().oversized, 2u);
}

TEST_F(UdpSocketTest, OneSocketOfBothFamiliesShowsIpv4AsIpv4) {
    p2p::Endpoint at;
    try {
        at = listener_.bind(p2p::Endpoint{});
    } catch (const std::runtime_error& error) {
        GTEST_SKIP() << error.what();  // a machine without IPv6
    }
    const p2p::Endpoint speaker = speaker_.bind(any_port_);
    const p2p::Endpoint by_ipv4 = p2p::Endpoint::ipv4({127, 0, 0, 1}, at.port);
    speaker_.send(by_ipv4, Bytes(63, 1));
    run_until_heard(1);
    ASSERT_EQ(from_.size(), 1u);
    EXPECT_EQ(from_[0], speaker);
    listener_.send(speaker, Bytes(63, 2));
    EXPECT_EQ(listener_.traffic().sent, 1u);
}

TEST_F(UdpSocketTest, WhatTheSystemRefusesIsLostAndCounted) {
    speaker_.bind(any_port_);
    speaker_.send(*p2p::parse_endpoint("[::1]:5", 0), Bytes(63, 1));  // of the other family
    EXPECT_EQ(speaker_.traffic().unsent, 1u);
    speaker_.close();
    speaker_.send(any_port_, Bytes(63, 1));
    EXPECT_EQ(speaker_.traffic().sent, 0u);
}

TEST_F(UdpSocketTest, ATakenPortIsSaidInOneLine) {
    const p2p::Endpoint at = listener_.bind(any_port_);
    try {
        speaker_.bind(at);
        ADD_FAILURE() << "the port was taken twice";
    } catch (const std::runtime_error& error) {
        EXPECT_NE(std::string(error.what()).find("in use"), std::string::npos);
    }
}

}  // namespace
}  // namespace starling::node
