#include "wallet-cli/testnet/testnet_file.h"

#include "wallet-cli/failure.h"
#include "wallet-cli/testnet/process.h"

#include <gtest/gtest.h>

#include <set>

namespace starling::wallet {
namespace {

TEST(TestnetFileTest, TakesAPartitionThatNamesEveryNodeOnce) {
    const auto sides = parse_sides({"1,2", "3,4,5"}, 5);
    EXPECT_EQ(sides, (std::vector<std::set<int>>{{1, 2}, {3, 4, 5}}));
    EXPECT_EQ(parse_sides({"1", "2", "3"}, 3).size(), 3u);
}

TEST(TestnetFileTest, RefusesAPartitionThatLeavesANodeOutOrNamesItTwice) {
    EXPECT_THROW(parse_sides({"1,2", "3,4"}, 5), CommandFailure);
    EXPECT_THROW(parse_sides({"1,2", "2,3,4,5"}, 5), CommandFailure);
    EXPECT_THROW(parse_sides({"1,2,3"}, 3), CommandFailure);
    EXPECT_THROW(parse_sides({"1,x", "2"}, 2), CommandFailure);
    EXPECT_THROW(parse_sides({"1", "2,3"}, 2), CommandFailure);
}

TEST(TestnetFileTest, NodesOfDifferentSidesAreNotJoined) {
    TestnetFile testnet;
    EXPECT_TRUE(joined(testnet, 1, 5));
    testnet.sides = {{1, 2}, {3, 4, 5}};
    EXPECT_TRUE(joined(testnet, 1, 2));
    EXPECT_TRUE(joined(testnet, 3, 5));
    EXPECT_FALSE(joined(testnet, 2, 3));
}

TEST(TestnetFileTest, KnowsThreeKindsOfMiner) {
    EXPECT_TRUE(miner_flags("off", "a").empty());
    EXPECT_EQ(miner_flags("on-tx", "a"),
              (std::vector<std::string>{"--mine", "a", "--mine-interval", "on-tx"}));
    EXPECT_EQ(miner_flags("interval=2s", "a").back(), "2s");
    EXPECT_THROW(miner_flags("sometimes", "a"), CommandFailure);
    EXPECT_THROW(miner_flags("interval=", "a"), CommandFailure);
}

TEST(ProcessTest, GivesDifferentFreePorts) {
    const auto ports = free_ports(50);
    EXPECT_EQ(std::set(ports.begin(), ports.end()).size(), 50u);
}

TEST(ProcessTest, DoesNotMistakeAnotherProgramForOurs) {
    EXPECT_FALSE(runs(::getpid(), "/nonexistent/node1"));
    EXPECT_FALSE(runs(0, "/nonexistent/node1"));
    EXPECT_FALSE(runs(-1, "/nonexistent/node1"));
}

TEST(ProcessTest, StartsAndEndsAProgram) {
    const auto log = std::filesystem::path(testing::TempDir()) / "process_test.log";
    const int pid = spawn({"/bin/sh", "-c", "exec sleep 1000 /some/folder"}, log);
    EXPECT_TRUE(end(pid, "/some/other/folder", std::chrono::milliseconds{10}));  // not ours
    const int ours = spawn({"/usr/bin/tail", "-f", "/dev/null"}, log);
    while (!runs(ours, "/dev/null")) {
    }
    EXPECT_TRUE(end(ours, "/dev/null", std::chrono::seconds{20}));
    EXPECT_FALSE(runs(ours, "/dev/null"));
    ::kill(pid, SIGKILL);
    std::filesystem::remove(log);
}

}  // namespace
}  // namespace starling::wallet
