#include "p2p/tx_requests.h"

#include "support/seeded_random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>
#include <map>
#include <vector>

namespace starling::p2p {
namespace {

using test::SeededRandom;

TxName tx(int n) {
    TxName id;
    id.hash[0] = static_cast<std::uint8_t>(n);
    return id;
}

constexpr Duration kInboundDelay = std::chrono::seconds{2};

constexpr Time at(std::int64_t ms) {
    return Time{Duration{ms}};
}

struct TxRequestsTest : testing::Test {
    SeededRandom random{1};
    TxRequests requests{random, kInboundDelay};
};

TEST_F(TxRequestsTest, AsksAnOutboundPeerAtOnce) {
    requests.announced(PeerId{1}, Direction::outbound, tx(1), at(0));
    const auto due = requests.due(at(0));
    ASSERT_EQ(due.size(), 1u);
    EXPECT_EQ(due[0].peer, PeerId{1});
    EXPECT_EQ(requests.next_wakeup(), at(60'000));
}

TEST_F(TxRequestsTest, GivesOutboundPeersTheFirstChance) {
    requests.announced(PeerId{1}, Direction::inbound, tx(1), at(0));
    EXPECT_TRUE(requests.due(at(1'999)).empty());
    requests.announced(PeerId{2}, Direction::outbound, tx(1), at(1'999));
    ASSERT_EQ(requests.due(at(1'999)).size(), 1u);
    EXPECT_TRUE(requests.due(at(2'000)).empty());
}

TEST_F(TxRequestsTest, AsksTheNextPeerWhenTheFirstStaysSilent) {
    requests.announced(PeerId{1}, Direction::outbound, tx(1), at(0));
    ASSERT_EQ(requests.due(at(0)).size(), 1u);
    requests.announced(PeerId{2}, Direction::outbound, tx(1), at(5));
    EXPECT_TRUE(requests.due(at(59'999)).empty());
    const auto due = requests.due(at(60'000));
    ASSERT_EQ(due.size(), 1u);
    EXPECT_EQ(due[0].peer, PeerId{2});
    EXPECT_TRUE(requests.due(at(120'000)).empty());
    EXPECT_EQ(requests.next_wakeup(), std::nullopt);
}

TEST_F(TxRequestsTest, AsksTheNextPeerAfterNotFoundOrDisconnect) {
    for (std::uint64_t p = 1; p <= 3; ++p) {
        requests.announced(PeerId{p}, Direction::outbound, tx(1), at(0));
    }
    const auto first = requests.due(at(0));
    requests.not_found(first.at(0).peer, tx(1));
    const auto second = requests.due(at(0));
    EXPECT_NE(second.at(0).peer, first.at(0).peer);
    requests.disconnected(second.at(0).peer);
    const auto third = requests.due(at(0));
    EXPECT_NE(third.at(0).peer, second.at(0).peer);
    EXPECT_NE(third.at(0).peer, first.at(0).peer);
}

// HOSTILE 8.
TEST_F(TxRequestsTest, SilentPeersCannotKeepATransactionFromUsForLong) {
    constexpr std::uint64_t kSilent = 50;
    for (std::uint64_t p = 1; p <= kSilent; ++p)
        requests.announced(PeerId{p}, Direction::inbound, tx(1), at(0));
    requests.announced(PeerId{99}, Direction::outbound, tx(1), at(1));
    // The one outbound peer is asked first, whoever announced first and however often.
    const auto due = requests.due(at(1));
    ASSERT_EQ(due.size(), 1u);
    EXPECT_EQ(due[0].peer, PeerId{99});
}

// HOSTILE 8.
TEST_F(TxRequestsTest, ANodeThatAnnouncesAgainIsNotAskedAgainWhileAnotherMayDeliver) {
    requests.announced(PeerId{1}, Direction::outbound, tx(1), at(0));
    ASSERT_EQ(requests.due(at(0)).at(0).peer, PeerId{1});
    requests.announced(PeerId{2}, Direction::outbound, tx(1), at(1));
    for (std::int64_t ms = 2; ms < 60'000; ms += 1'000)
        requests.announced(PeerId{1}, Direction::outbound, tx(1), at(ms));
    ASSERT_EQ(requests.due(at(60'000)).at(0).peer, PeerId{2});
}

TEST_F(TxRequestsTest, KeepsABoundedNumberOfAnnouncementsPerPeer) {
    for (std::uint32_t n = 0; n < 20'000; ++n) {
        TxName name;
        name.hash[0] = static_cast<std::uint8_t>(n);
        name.hash[1] = static_cast<std::uint8_t>(n >> 8);
        requests.announced(PeerId{1}, Direction::outbound, name, at(0));
    }
    EXPECT_EQ(requests.due(at(0)).size(), TxRequests::kAnnouncementsPerPeerMax);
}

// Else who comes and goes could keep us busy with what others told. In processor time, with room
// for a slow machine: going through all that is told takes a hundred times as long.
TEST_F(TxRequestsTest, APeersEndCostsWhatItToldAndNotWhatOthersTold) {
    TxName name;
    for (std::uint32_t n = 0; n < 50'000; ++n) {
        for (std::size_t i = 0; i < 4; ++i)
            name.hash[i] = static_cast<std::uint8_t>(n >> (8 * i));
        requests.announced(PeerId{1 + n % 10}, Direction::inbound, name, at(0));
    }
    const std::clock_t before = std::clock();
    for (std::uint64_t p = 100; p < 1'100; ++p) {
        requests.announced(PeerId{p}, Direction::inbound, tx(1), at(0));
        requests.disconnected(PeerId{p});
    }
    EXPECT_LT(std::clock() - before, CLOCKS_PER_SEC);
    EXPECT_EQ(requests.due(at(60'000)).size(), 50'000u);
}

TEST_F(TxRequestsTest, APeerMayAnnounceAgainWhatWasForgotten) {
    for (int round = 0; round < 100; ++round) {
        for (int n = 0; n < 30; ++n)
            requests.announced(PeerId{1}, Direction::outbound, tx(n), at(0));
        for (int n = 0; n < 29; ++n)
            requests.forget(tx(n));
    }
    requests.announced(PeerId{1}, Direction::outbound, tx(3), at(0));
    requests.announced(PeerId{2}, Direction::inbound, tx(3), at(0));
    requests.disconnected(PeerId{1});
    const auto left = requests.due(at(60'000));
    ASSERT_EQ(left.size(), 1u);
    EXPECT_EQ(left[0].peer, PeerId{2});
}

// What it does, without indices, caches or cleverness: announcements in a list.
struct NaiveRequests {
    struct Line {
        PeerId peer;
        TxName tx;
        Time ready;
        enum { waiting, asked, failed } state = waiting;
        Time deadline;
    };
    std::vector<Line> lines;

    void announced(PeerId peer, Direction direction, const TxName& tx, Time now) {
        for (const Line& line : lines) {
            if (line.peer == peer && line.tx == tx) return;
        }
        const Duration delay = direction == Direction::inbound ? kInboundDelay : Duration{0};
        lines.push_back({peer, tx, now + delay, Line::waiting, {}});
    }
    void not_found(PeerId peer, const TxName& tx) {
        for (Line& line : lines) {
            if (line.peer == peer && line.tx == tx && line.state == Line::asked)
                line.state = Line::failed;
        }
        settle();
    }
    // Who may be asked for what: the choice among them is chance.
    std::map<TxName, std::vector<PeerId>> askable(Time now) {
        for (Line& line : lines) {
            if (line.state == Line::asked && line.deadline <= now) line.state = Line::failed;
        }
        settle();
        std::map<TxName, std::vector<PeerId>> out;
        for (const Line& line : lines) {
            if (line.state == Line::waiting && line.ready <= now && !busy(line.tx))
                out[line.tx].push_back(line.peer);
        }
        return out;
    }
    bool busy(const TxName& tx) const {
        return std::ranges::any_of(
            lines, [&](const Line& line) { return line.tx == tx && line.state == Line::asked; });
    }
    void ask(PeerId peer, const TxName& tx, Time now) {
        for (Line& line : lines) {
            if (line.peer != peer || line.tx != tx) continue;
            line.state = Line::asked;
            line.deadline = now + TxRequests::kReplyTimeout;
        }
    }
    // A transaction of which every announcement failed is forgotten.
    void settle() {
        std::erase_if(lines, [&](const Line& line) {
            return std::ranges::none_of(lines, [&](const Line& other) {
                return other.tx == line.tx && other.state != Line::failed;
            });
        });
    }
};

TEST_F(TxRequestsTest, AsksWhomTheNaiveModelWouldAsk) {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        SeededRandom chance(seed);
        TxRequests tracker(chance, kInboundDelay);
        NaiveRequests model;
        for (std::int64_t ms = 0; ms < 300'000; ms += 500) {
            const Time now = at(ms);
            const PeerId peer{chance.below(6)};
            const TxName id = tx(static_cast<int>(chance.below(5)));
            switch (chance.below(12)) {
                case 0:
                    tracker.disconnected(peer);
                    std::erase_if(model.lines, [&](const auto& l) { return l.peer == peer; });
                    model.settle();
                    break;
                case 1:
                    tracker.not_found(peer, id);
                    model.not_found(peer, id);
                    break;
                case 2:
                    tracker.forget(id);
                    std::erase_if(model.lines, [&](const auto& l) { return l.tx == id; });
                    break;
                default: {
                    const auto way = chance.below(2) ? Direction::inbound : Direction::outbound;
                    tracker.announced(peer, way, id, now);
                    model.announced(peer, way, id, now);
                }
            }
            auto askable = model.askable(now);
            for (const auto& request : tracker.due(now)) {
                ASSERT_TRUE(askable.contains(request.tx));
                EXPECT_TRUE(std::ranges::count(askable[request.tx], request.peer));
                askable.erase(request.tx);
                model.ask(request.peer, request.tx, now);
                EXPECT_TRUE(tracker.asked(request.peer, request.tx));
            }
            EXPECT_TRUE(askable.empty()) << "one may be asked and is not";
        }
    }
}

// Random operations never ask two peers at once, and the tracker empties out.
TEST_F(TxRequestsTest, KeepsItsInvariantsUnderRandomUse) {
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        SeededRandom chance(seed);
        TxRequests tracker(chance, kInboundDelay);
        std::map<TxName, Time> asked_until;
        for (std::int64_t ms = 0; ms < 400'000; ms += 500) {
            const Time now = at(ms);
            const PeerId peer{chance.below(6)};
            const TxName id = tx(static_cast<int>(chance.below(5)));
            switch (chance.below(6)) {
                case 0:
                    tracker.disconnected(peer);
                    asked_until.clear();
                    break;
                case 1:
                    tracker.not_found(peer, id);
                    asked_until.erase(id);
                    break;
                case 2:
                    tracker.forget(id);
                    asked_until.erase(id);
                    break;
                default:
                    tracker.announced(
                        peer, chance.below(2) ? Direction::inbound : Direction::outbound, id, now);
            }
            for (const auto& r : tracker.due(now)) {
                const auto before = asked_until.find(r.tx);
                if (before != asked_until.end()) {
                    EXPECT_LE(before->second, now);
                }
                asked_until[r.tx] = now + TxRequests::kReplyTimeout;
            }
            if (const auto wakeup = tracker.next_wakeup()) {
                EXPECT_GT(*wakeup, now);
            }
        }
        for (std::uint64_t p = 0; p < 6; ++p)
            tracker.disconnected(PeerId{p});
        EXPECT_EQ(tracker.next_wakeup(), std::nullopt);
    }
}

}  // namespace
}  // namespace starling::p2p
