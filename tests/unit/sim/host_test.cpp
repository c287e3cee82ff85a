#include "sim/host/host.h"

#include "unit/sim/some_hosts.h"

#include <gtest/gtest.h>

namespace starling::sim {
namespace {

using namespace std::chrono_literals;

Settings few(std::size_t nodes, std::uint64_t seed = 1) {
    Settings settings;
    settings.nodes = nodes;
    settings.seed = seed;
    settings.overlay.outbound = 4;
    settings.overlay.bootnodes = 2;
    return settings;
}

TEST(Hosts, FindEachOtherByDiscoveryAndReachOneTip) {
    SomeHosts hosts(few(10));
    hosts.start_all();
    hosts.run_for(3min);
    EXPECT_TRUE(hosts.all([](const Host& host) { return host.peers().size() >= 2; }));
    const auto block = hosts.mine(3);
    EXPECT_TRUE(hosts.run_until([&] { return hosts.all_at(block->hash); }, 30s));
}

TEST(Hosts, WithoutDiscoveryConnectToThePeersThatWereDrawn) {
    Settings settings = few(10);
    settings.overlay.discovery = false;
    SomeHosts hosts(settings);
    hosts.start_all();
    hosts.run_for(1min);
    EXPECT_TRUE(hosts.all([](const Host& host) { return host.peers().size() >= 4; }));
    const auto block = hosts.mine(3);
    EXPECT_TRUE(hosts.run_until([&] { return hosts.all_at(block->hash); }, 30s));
}

// The target of the simulated network is the easiest one, so its rules do not tell.
TEST(Hosts, KnowHowOftenBlocksAreDueInTheirWorld) {
    Settings settings = few(2);
    settings.load.block_interval = 90s;
    SomeHosts hosts(settings);
    hosts.start_all();
    EXPECT_EQ(hosts.host(0).gossip().eclipse_signs(hosts.host(0).clock()).spacing, 90s);
    settings.load.block_interval = 0s;
    SomeHosts idle(settings);
    idle.start_all();
    EXPECT_EQ(idle.host(0).gossip().eclipse_signs(idle.host(0).clock()).spacing, 0s);
}

class EitherState : public testing::TestWithParam<State> {
protected:
    static Settings settings() {
        Settings settings = few(6);
        settings.state = GetParam();
        return settings;
    }
};
INSTANTIATE_TEST_SUITE_P(Hosts, EitherState, testing::Values(State::own, State::shared));

TEST_P(EitherState, RelaysATransactionToEveryPoolAndMinesIt) {
    SomeHosts hosts(settings());
    hosts.start_all();
    hosts.run_for(1min);
    const auto first = hosts.mine(0);
    Shared<CheckedBlock> last;
    for (int i = 0; i < kCoinbaseMaturity; ++i) {
        hosts.run_for(2s);
        last = hosts.mine(0);
    }
    ASSERT_TRUE(hosts.run_until([&] { return hosts.all_at(last->hash); }, 2min));
    const auto tx = SomeHosts::spend_coinbase(*first);
    hosts.host(4).submit_transaction(tx);
    EXPECT_TRUE(hosts.run_until(
        [&] {
            return hosts.all(
                [&](const Host& host) { return host.ledger().pool().find(tx->txid()) != nullptr; });
        },
        2min));
    const auto block = hosts.mine(2);
    EXPECT_EQ(block->block.transactions.size(), 2u);
    EXPECT_TRUE(hosts.run_until([&] { return hosts.all_at(block->hash); }, 30s));
}

TEST_P(EitherState, CrashedHostComesBackWithWhatItsStoreKept) {
    SomeHosts hosts(settings());
    hosts.start_all();
    hosts.run_for(1min);
    Shared<CheckedBlock> last;
    for (int i = 0; i < 5; ++i) {
        last = hosts.mine(0);
        hosts.run_for(10s);
    }
    ASSERT_TRUE(hosts.all_at(last->hash));
    Host& crashed = hosts.host(3);
    crashed.crash(2);
    EXPECT_FALSE(crashed.running());
    hosts.run_for(1min);
    last = hosts.mine(0);
    hosts.run_for(1min);
    crashed.start();
    // At a boundary that was committed: nobody has told it of anything yet.
    EXPECT_EQ(crashed.tip()->height, Height{3});
    EXPECT_TRUE(hosts.run_until([&] { return hosts.all_at(last->hash); }, 5min));
}

TEST_P(EitherState, StoppedHostKeepsItsTip) {
    SomeHosts hosts(settings());
    hosts.start_all();
    hosts.run_for(1min);
    const auto block = hosts.mine(3);
    hosts.host(3).stop();  // before the writer has done anything
    EXPECT_FALSE(hosts.host(3).running());
    hosts.host(3).start();
    hosts.run_for(1s);
    EXPECT_EQ(hosts.host(3).tip()->hash, block->hash);
}

TEST(Hosts, PausedHostHearsNothingAndThenCatchesUp) {
    SomeHosts hosts(few(6));
    hosts.start_all();
    hosts.run_for(2min);
    Host& paused = hosts.host(5);
    const BlockHash before = paused.tip()->hash;
    paused.pause(true);
    EXPECT_TRUE(paused.paused());
    const auto block = hosts.mine(0);
    hosts.run_for(1min);
    EXPECT_EQ(paused.tip()->hash, before);
    EXPECT_GT(paused.backlog().inputs, 0u);
    paused.pause(false);
    EXPECT_EQ(paused.backlog().inputs, 0u);
    EXPECT_TRUE(hosts.run_until([&] { return hosts.all_at(block->hash); }, 1min));
}

TEST(Hosts, EndsAreHeardOfByObservers) {
    struct Heard final : Observer {
        int started = 0, stopped = 0, crashed = 0, mined = 0, tips = 0;
        void host_started(HostIndex) override { ++started; }
        void host_stopped(HostIndex, bool by_crash) override { ++(by_crash ? crashed : stopped); }
        void block_mined(HostIndex, const Shared<CheckedBlock>&) override { ++mined; }
        void tip_changed(HostIndex, const chain::TipChanged&) override { ++tips; }
    } heard;
    SomeHosts hosts(few(2));
    hosts.observers().add(heard);
    hosts.start_all();
    hosts.run_for(1min);
    hosts.mine(0);
    hosts.run_for(1min);
    hosts.host(0).stop();
    hosts.host(1).crash(0);
    EXPECT_EQ(heard.started, 2);
    EXPECT_EQ(heard.stopped, 1);
    EXPECT_EQ(heard.crashed, 1);
    EXPECT_EQ(heard.mined, 1);
    EXPECT_EQ(heard.tips, 2);
}

TEST(Hosts, KeepTheNodesThatTheyMetOverARestart) {
    SomeHosts hosts(few(6));
    hosts.start_all();
    hosts.run_for(10min);
    hosts.host(5).stop();
    hosts.host(0).stop();  // both bootnodes
    hosts.host(1).stop();
    hosts.run_for(1min);
    hosts.host(5).start();
    hosts.run_for(5min);
    EXPECT_GE(hosts.host(5).peers().size(), 1u);
}

TEST(Hosts, EqualSeedsGiveEqualTracesAndOthersOthers) {
    const auto hash_of = [](std::uint64_t seed) {
        SomeHosts hosts(few(6, seed));
        hosts.start_all();
        hosts.run_for(2min);
        hosts.mine(0);
        hosts.run_for(1min);
        return hosts.trace().hash();
    };
    EXPECT_EQ(hash_of(1), hash_of(1));
    EXPECT_NE(hash_of(1), hash_of(2));
}

TEST(Hosts, JobsThatTakeNoTimeAreAnsweredAllTheSame) {
    Settings settings = few(4);
    settings.hosts.job_mean = 0us;
    SomeHosts hosts(settings);
    hosts.start_all();
    hosts.run_for(2min);
    const auto block = hosts.mine(0);
    EXPECT_TRUE(hosts.run_until([&] { return hosts.all_at(block->hash); }, 10s));
}

}  // namespace
}  // namespace starling::sim
