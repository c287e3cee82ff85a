// Wires over a network that loses, doubles and reorders datagrams.

#include "support/wire_node.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <utility>

namespace starling::p2p::discv5 {
namespace {

using namespace std::chrono_literals;
using test::WireNode;

struct Weather {
    std::uint64_t lost_percent = 0;
    std::uint64_t doubled_percent = 0;
    std::uint64_t delay_ms_max = 1;
    bool reordered = true;  // else what one node sends to another arrives in order
};

// A network of a few nodes that ask each other and answer what they are asked.
class StormyNet {
public:
    StormyNet(std::uint64_t seed, const Weather& weather) : random_(seed), weather_(weather) {
        for (std::uint8_t i = 1; i <= 4; ++i)
            nodes_.push_back(std::make_unique<WireNode>(i, Limits{}, seed));
    }

    // A PING from a random node to another, with an id that is used once.
    void ask() {
        const std::size_t from = random_.below(nodes_.size());
        const std::size_t to = (from + 1 + random_.below(nodes_.size() - 1)) % nodes_.size();
        ++asked_;
        const Ping ping{{static_cast<std::uint8_t>(1 + (asked_ >> 8 & 0x7f)),
                         static_cast<std::uint8_t>(asked_)},
                        1};
        send(*nodes_[from], nodes_[from]->ask(*nodes_[to], ping, now_));
        waiting_.insert(ping.id);
    }
    // A node forgets all that it knew.
    void restart() {
        const std::size_t which = random_.below(nodes_.size());
        const auto number = static_cast<std::uint8_t>(which + 1);
        nodes_[which] = std::make_unique<WireNode>(number, Limits{}, random_.next());
    }
    void run(Duration time) {
        for (const Time end = now_ + time; now_ < end; now_ += 1ms) {
            while (!under_way_.empty() && under_way_.begin()->first.first <= now_) {
                auto arrived = under_way_.extract(under_way_.begin());
                arrive(arrived.mapped().first, arrived.mapped().second);
            }
            for (auto& node : nodes_)
                node->wire.handle_timer(now_);
        }
    }
    // Of the last calls of ask().
    [[nodiscard]] std::size_t unanswered() const { return waiting_.size(); }
    void give_up() { waiting_.clear(); }
    [[nodiscard]] const std::vector<std::unique_ptr<WireNode>>& nodes() const { return nodes_; }
    void set(const Weather& weather) { weather_ = weather; }

private:
    void send(WireNode& from, const std::vector<Datagram>& datagrams) {
        for (const Datagram& datagram : datagrams) {
            remember_challenge(datagram);
            if (random_.below(100) < weather_.lost_percent) continue;
            const int copies = random_.below(100) < weather_.doubled_percent ? 2 : 1;
            for (int i = 0; i < copies; ++i) {
                const auto delay = 1 + random_.below(weather_.delay_ms_max);
                Time at = now_ + Duration{static_cast<std::int64_t>(delay)};
                Time& last = last_arrival_[{from.address, datagram.to}];
                if (!weather_.reordered) at = std::max(at, last);
                last = at;
                under_way_.emplace(std::pair(at, ++order_), std::pair(from.address, datagram));
            }
        }
    }
    void arrive(const Endpoint& from, const Datagram& datagram) {
        for (auto& node : nodes_) {
            if (node->address != datagram.to) continue;
            node->heard.clear();
            send(*node, node->receive(from, datagram.bytes, now_));
            for (const Delivered& heard : node->heard)
                hear(*node, heard);
        }
    }
    void hear(WireNode& node, const Delivered& heard) {
        const RequestId& id = request_id(heard.message);
        if (is_request(heard.message))
            send(node, node.answer(heard.from, Pong{id, 1, heard.from.address}, now_));
        else
            waiting_.erase(id);
    }
    // One challenge never has two forms.
    void remember_challenge(const Datagram& datagram) {
        if (datagram.bytes.size() != kPacketBytesMin) return;
        for (const auto& node : nodes_) {
            if (node->address != datagram.to) continue;
            const auto packet = decode_packet(datagram.bytes, node->identity.id);
            ASSERT_TRUE(packet.ok());
            const auto& nonce = std::get<WhoAreYou>(packet->auth).id_nonce;
            const auto [known, first] = challenges_.emplace(nonce, datagram.bytes);
            EXPECT_EQ(known->second, datagram.bytes);
        }
    }

    test::SeededRandom random_;
    Weather weather_;
    Time now_{1'000'000ms};
    std::uint64_t asked_ = 0, order_ = 0;
    std::vector<std::unique_ptr<WireNode>> nodes_;
    std::map<std::pair<Time, std::uint64_t>, std::pair<Endpoint, Datagram>> under_way_;
    std::map<std::pair<Endpoint, Endpoint>, Time> last_arrival_;
    std::set<RequestId> waiting_;
    std::map<IdNonce, Bytes> challenges_;
};

// 60 requests within half a second or so, most of them while handshakes are under way. The number
// that was not answered.
std::size_t unanswered_in(std::uint64_t seed, const Weather& weather) {
    StormyNet net(seed, weather);
    for (int i = 0; i < 60; ++i) {
        net.ask();
        net.run(Duration{i % 7 * 3});
    }
    net.run(2s);
    return net.unanswered();
}

TEST(WireProperty, WithoutLossEveryRequestIsAnswered) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        const Weather weather{.doubled_percent = 10, .delay_ms_max = 60, .reordered = false};
        EXPECT_EQ(unanswered_in(seed, weather), 0u) << "seed " << seed;
    }
}

// One that overtakes the handshake packet is as good as lost.
TEST(WireProperty, ReorderingCostsAtMostOneRequestInAHundred) {
    std::size_t unanswered = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed)
        unanswered += unanswered_in(seed, {.doubled_percent = 10, .delay_ms_max = 60});
    EXPECT_LE(unanswered, 20u * 60u / 100u);
}

TEST(WireProperty, AfterLossAndRestartsEveryPairMeetsAgain) {
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        StormyNet net(seed, {.lost_percent = 30, .doubled_percent = 10, .delay_ms_max = 80});
        for (int i = 0; i < 80; ++i) {
            net.ask();
            if (i % 20 == 19) net.restart();
            net.run(Duration{i % 5 * 20});
        }
        // Everything that was under way has arrived or expired.
        net.run(2s);
        for (const auto& node : net.nodes())
            EXPECT_LE(node->wire.queues().sessions, 3u);
        net.give_up();
        net.set({});
        for (int i = 0; i < 40; ++i) {
            net.ask();
            net.run(10ms);
        }
        net.run(2s);
        EXPECT_EQ(net.unanswered(), 0u) << "seed " << seed;
        net.run(2s);
        for (const auto& node : net.nodes())
            EXPECT_GE(*node->wire.next_wakeup(), Time{1'000'000ms} + 23h) << "only idle sessions";
    }
}

}  // namespace
}  // namespace starling::p2p::discv5
