// What may be dialled and when, alone and against a naive model. Places and selection have tests of
// their own.

#include "p2p/address_manager.h"

#include "p2p/netgroup.h"
#include "support/identities.h"
#include "support/seeded_random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace starling::p2p {
namespace {

using namespace std::chrono_literals;
using test::identity;
using test::record_of;

const Time kStart{1h};

// Signing costs more than all the rest: each is signed once.
Shared<Record> record(std::uint64_t n, const Endpoint& tcp, std::uint64_t sequence = 1) {
    static std::map<std::tuple<std::uint64_t, Endpoint, std::uint64_t>, Shared<Record>> signed_once;
    Shared<Record>& made = signed_once[{n, tcp, sequence}];
    if (made == nullptr) made = record_of(identity(n), tcp, sequence);
    return made;
}

Endpoint public_address(std::uint64_t n) {
    return Endpoint::ipv4(
        {static_cast<std::uint8_t>(20 + n / 256), static_cast<std::uint8_t>(n % 256), 1, 1}, 9);
}

Sighting seen(const Shared<Record>& whom, Origin origin = Origin::overlay) {
    return {whom, origin, {}};
}

struct Fixture {
    explicit Fixture(const Parameters& parameters = testnet(), const Limits& given = {})
        : limits(given), candidates(parameters, limits, pace_of(parameters), random) {}
    bool propose(std::uint64_t n, const Endpoint& tcp, std::uint64_t sequence = 1) {
        return candidates.propose(seen(record(n, tcp, sequence)), kStart);
    }
    // As if the node had been dialled where it is known to be.
    void failed(std::uint64_t n, Time now) { candidates.failed(identity(n).id, at(n), now); }
    void connected(std::uint64_t n, Time now) { candidates.connected(identity(n).id, at(n), now); }
    void lost(std::uint64_t n, Time now) { candidates.lost(identity(n).id, at(n), now); }
    [[nodiscard]] Endpoint at(std::uint64_t n) const {
        const auto record = candidates.record_of(identity(n).id);
        return record == nullptr ? Endpoint{} : record->tcp().value();
    }
    std::optional<AddressManager::Drawn> draw(Time now = kStart) {
        return candidates.draw({}, now);
    }

    Limits limits;
    test::SeededRandom random{1};
    AddressManager candidates;
};

TEST(AddressManager, WhomAPersonRefusesIsKnownWhileNobodyNeedsItsPlace) {
    Fixture fixture(testnet(), Limits{.candidates_max = 1});
    ASSERT_TRUE(fixture.propose(1, public_address(1)));
    fixture.connected(1, kStart);
    fixture.candidates.refuse(identity(1).id, true);
    EXPECT_FALSE(fixture.draw(kStart + 1h));
    EXPECT_TRUE(fixture.candidates.sample(10).empty());
    fixture.candidates.refuse(identity(1).id, false);
    EXPECT_EQ(fixture.draw(kStart + 1h)->node, identity(1).id);
    EXPECT_EQ(fixture.candidates.sample(10).size(), 1u);
    EXPECT_FALSE(fixture.propose(2, public_address(2)));
    fixture.candidates.refuse(identity(1).id, true);
    EXPECT_TRUE(fixture.propose(2, public_address(2)));
    EXPECT_FALSE(fixture.candidates.contains(identity(1).id));
}

TEST(AddressManager, BootstrapNodesAreDrawnAfterThoseTheyTellOf) {
    Fixture fixture;
    const Duration wait = pace_of(testnet()).bootstrap_wait;
    const Sighting everybodys = seen(record(1, public_address(1)), Origin::bootstrap);
    EXPECT_TRUE(fixture.candidates.propose(everybodys, kStart));
    EXPECT_FALSE(fixture.draw(kStart + wait - Duration{1}));
    EXPECT_TRUE(fixture.propose(2, public_address(2)));
    EXPECT_EQ(fixture.draw()->node, identity(2).id);
    fixture.candidates.remove(identity(2).id);
    EXPECT_EQ(fixture.draw(kStart + wait)->node, identity(1).id);
}

TEST(AddressManager, BootstrapNodesAreDialledBesideOthersOnlyAfterAWhile) {
    Fixture fixture;
    const Pace pace = pace_of(testnet());
    const Sighting everybodys = seen(record(1, public_address(1)), Origin::bootstrap);
    ASSERT_TRUE(fixture.candidates.propose(everybodys, kStart));
    AddressManager::Excluded beside;
    beside.have_others = true;
    const Time later = kStart + pace.bootstrap_wait;
    EXPECT_FALSE(fixture.candidates.draw(beside, later));
    EXPECT_TRUE(fixture.candidates.draw({}, later));
    const Time end = kStart + pace.bootstrap_wait_beside_others;
    EXPECT_TRUE(fixture.candidates.draw(beside, end));
}

TEST(AddressManager, GiveWhatWasProposedWithItsKey) {
    Fixture fixture;
    EXPECT_FALSE(fixture.draw());
    EXPECT_TRUE(fixture.propose(1, public_address(1)));
    const auto drawn = fixture.draw();
    ASSERT_TRUE(drawn);
    EXPECT_EQ(drawn->node, identity(1).id);
    EXPECT_EQ(drawn->key, identity(1).key);
    EXPECT_EQ(drawn->address, public_address(1));
    EXPECT_EQ(drawn->origin, Origin::overlay);
}

TEST(AddressManager, TheNewerRecordReplacesTheOlder) {
    Fixture fixture;
    EXPECT_TRUE(fixture.propose(1, public_address(1), 5));
    EXPECT_FALSE(fixture.propose(1, public_address(2), 5));
    EXPECT_FALSE(fixture.propose(1, public_address(2), 4));
    EXPECT_EQ(fixture.draw()->address, public_address(1));
    EXPECT_TRUE(fixture.propose(1, public_address(2), 6));
    EXPECT_EQ(fixture.draw()->address, public_address(2));
    EXPECT_EQ(fixture.candidates.size(), 1u);
}

TEST(AddressManager, ANodeThatMovesIsDialledNoSoonerForIt) {
    Fixture fixture;
    fixture.propose(1, public_address(1), 1);
    fixture.failed(1, kStart);
    EXPECT_TRUE(fixture.propose(1, public_address(2), 2));
    EXPECT_FALSE(fixture.draw());
}

TEST(AddressManager, PrivateAddressesAreForPrivateNetworksAndTheLan) {
    const auto home = *parse_endpoint("192.168.1.5:9", 0);
    Fixture open;
    EXPECT_FALSE(open.propose(1, home));
    EXPECT_TRUE(open.candidates.propose(seen(record(1, home), Origin::lan), kStart));
    Fixture loopback(regtest());
    EXPECT_TRUE(loopback.propose(1, *parse_endpoint("127.0.0.1:9", 0)));
}

TEST(AddressManager, ARecordWithoutAnAddressIsNone) {
    Fixture fixture;
    EXPECT_FALSE(fixture.candidates.propose(seen(record_of(identity(1), std::nullopt)), kStart));
    fixture.propose(1, public_address(1), 1);
    EXPECT_FALSE(fixture.candidates.propose(seen(record_of(identity(1), std::nullopt, 2)), kStart));
    EXPECT_EQ(fixture.candidates.size(), 0u) << "it says that it cannot be reached any more";
}

TEST(AddressManager, OneThatFailedWaitsEverLongerAndIsForgotten) {
    Fixture fixture;
    fixture.propose(1, public_address(1));
    Time now = kStart;
    std::vector<Duration> waits;
    for (std::size_t i = 0; i + 1 < fixture.limits.candidate_failures_max; ++i) {
        fixture.failed(1, now);
        const Time failed = now;
        while (!fixture.draw(now))
            now += 1s;
        waits.push_back(now - failed);
    }
    EXPECT_GE(waits[0], 60s);
    EXPECT_LE(waits[0], 76s);
    EXPECT_GE(waits[3], 480s);
    EXPECT_LE(waits.back(), 2h + 31min);
    fixture.failed(1, now);
    EXPECT_EQ(fixture.candidates.size(), 0u);
}

TEST(AddressManager, SuccessEndsTheWait) {
    Fixture fixture;
    fixture.propose(1, public_address(1));
    fixture.failed(1, kStart);
    fixture.connected(1, kStart);
    EXPECT_TRUE(fixture.draw());
    EXPECT_EQ(fixture.candidates.sample(10).size(), 1u);
    fixture.lost(1, kStart);
    EXPECT_FALSE(fixture.draw()) << "others first";
    EXPECT_TRUE(fixture.draw(kStart + 2min));
}

TEST(AddressManager, OneAddressAndOneNetgroupFillASmallPartOfTheList) {
    Fixture fixture;
    EXPECT_TRUE(fixture.propose(1, public_address(1)));
    Endpoint other_port = public_address(1);
    other_port.port = 10;
    EXPECT_FALSE(fixture.propose(2, other_port)) << "a node an address";
    for (std::uint64_t n = 0; n < 250; ++n)
        fixture.propose(100 + n, Endpoint::ipv4({77, 7, 1, static_cast<std::uint8_t>(n)}, 9));
    // Not all of the 64 that a netgroup may have find a place in the one bucket of theirs.
    EXPECT_LE(fixture.candidates.size(), 1 + fixture.limits.candidates_per_netgroup);
    EXPECT_GE(fixture.candidates.size(), 40u);
}

TEST(AddressManager, ANewcomerTakesThePlaceOnlyOfOneThatFailed) {
    Fixture fixture(testnet(), Limits{.candidates_max = 3});
    for (std::uint64_t n = 1; n <= 3; ++n)
        EXPECT_TRUE(fixture.propose(n, public_address(n)));
    EXPECT_FALSE(fixture.propose(4, public_address(4)));
    fixture.failed(2, kStart);
    EXPECT_TRUE(fixture.propose(4, public_address(4)));
    EXPECT_FALSE(fixture.candidates.contains(identity(2).id));
    EXPECT_TRUE(fixture.candidates.contains(identity(1).id));
}

TEST(AddressManager, AreDrawnEvenlyAndNotInTheOrderOfTheirArrival) {
    Fixture fixture;
    std::map<NodeId, int> draws;
    for (std::uint64_t n = 1; n <= 10; ++n)
        fixture.propose(n, public_address(n));
    for (int i = 0; i < 10'000; ++i)
        ++draws[fixture.draw()->node];
    for (const auto& [node, count] : draws)
        EXPECT_NEAR(count, 1'000, 150);
    EXPECT_EQ(draws.size(), 10u);
}

// What the list holds and may give, kept in the simplest way: everything, searched every time.
struct Model {
    struct Entry {
        Endpoint address;
        std::uint64_t sequence = 0;
        std::size_t failures = 0;
        bool proven = false;
        Time not_until, not_until_max;  // the wait is random between them
    };
    std::map<NodeId, Entry> entries;

    // Draws that must be possible, and those that may be.
    [[nodiscard]] std::set<NodeId> eligible(const AddressManager::Excluded& excluded,
                                            Time now,
                                            bool surely) const {
        std::set<NodeId> out;
        for (const auto& [node, entry] : entries) {
            if (now < (surely ? entry.not_until_max : entry.not_until)) continue;
            if (excluded.nodes.contains(node)) continue;
            if (excluded.addresses.contains(entry.address)) continue;
            if (excluded.netgroups.contains(Netgroups().of(entry.address))) continue;
            out.insert(node);
        }
        return out;
    }
    void wait(Entry& entry, Time now) {
        Duration wait = 1min;
        for (std::size_t i = 1; i < entry.failures; ++i)
            wait *= 2;
        wait = std::min<Duration>(wait, 2h);
        entry.not_until = now + wait;
        entry.not_until_max = now + wait + wait / 4 + 1ms;
    }
};

// Random verbs on both; `check` compares what can be seen.
class Comparison {
public:
    explicit Comparison(std::uint64_t seed) : random_(seed) {}

    void step() {
        now_ += Duration{static_cast<std::int64_t>(random_.below(60'000))};
        const std::uint64_t n = 1 + random_.below(12);
        const NodeId node = identity(n).id;
        const auto known = model_.entries.find(node);
        switch (random_.below(6)) {
            case 0:
            case 1:
                propose(n);
                break;
            case 2:
                fixture_.failed(n, now_);
                if (known == model_.entries.end()) break;
                ++known->second.failures;
                if (!known->second.proven &&
                    known->second.failures >= fixture_.limits.candidate_failures_max) {
                    model_.entries.erase(known);
                } else {
                    model_.wait(known->second, now_);
                }
                break;
            case 3:
                fixture_.connected(n, now_);
                if (known != model_.entries.end())
                    known->second = {
                        known->second.address, known->second.sequence, 0, true, {}, {}};
                break;
            case 4:
                fixture_.lost(n, now_);
                if (known != model_.entries.end()) model_.wait(known->second, now_);
                break;
            default:
                fixture_.candidates.remove(node);
                model_.entries.erase(node);
        }
        check();
    }

private:
    void propose(std::uint64_t n) {
        const NodeId node = identity(n).id;
        const Endpoint address = public_address(n + 12 * random_.below(2));
        const std::uint64_t sequence = 1 + random_.below(20);
        const bool taken = fixture_.propose(n, address, sequence);
        const auto [at, made] = model_.entries.try_emplace(node);
        Model::Entry& entry = at->second;
        EXPECT_EQ(taken, made || sequence > entry.sequence);
        if (!taken) return;
        entry.proven = entry.proven && entry.address == address;
        entry.address = address;
        entry.sequence = sequence;
    }

    void check() {
        ASSERT_EQ(fixture_.candidates.size(), model_.entries.size());
        std::set<NodeId> proven, sampled;
        for (const auto& [node, entry] : model_.entries) {
            ASSERT_TRUE(fixture_.candidates.contains(node));
            if (entry.proven) proven.insert(node);
        }
        for (const auto& one : fixture_.candidates.sample(100))
            sampled.insert(one->id());
        EXPECT_EQ(sampled, proven);

        AddressManager::Excluded excluded;
        excluded.nodes.insert(identity(1 + random_.below(12)).id);
        excluded.addresses.insert(public_address(1 + random_.below(24)));
        excluded.netgroups.insert(Netgroups().of(public_address(1 + random_.below(24))));
        const auto drawn = fixture_.candidates.draw(excluded, now_);
        if (drawn) {
            EXPECT_TRUE(model_.eligible(excluded, now_, false).contains(drawn->node));
            EXPECT_EQ(drawn->address, model_.entries.at(drawn->node).address);
        } else {
            EXPECT_TRUE(model_.eligible(excluded, now_, true).empty());
        }
    }

    test::SeededRandom random_;
    Fixture fixture_;
    Model model_;
    Time now_ = kStart;
};

TEST(AddressManager, GiveWhatANaiveModelWouldGive) {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        Comparison comparison(seed);
        for (int i = 0; i < 200; ++i)
            comparison.step();
        ASSERT_FALSE(HasFailure()) << seed;
    }
}

}  // namespace
}  // namespace starling::p2p
