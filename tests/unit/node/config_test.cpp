#include "node/config.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>

namespace starling::node {
namespace {

namespace fs = std::filesystem;

// The public key of the secret 1, and EIP-778's example of a record.
const std::string kKey = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";
const std::string kRecord =
    "enr:-"
    "IS4QHCYrYZbAKWCBRlAy5zzaDZXJBGkcnh4MHcBFZntXNFrdvJjX04jRzjzCBOonrkTfj499SZuOh8R33Ls8RRcy5w"
    "BgmlkgnY0gmlwhH8AAAGJc2VjcDI1NmsxoQPKY0yuDUmstAHYpMa2_oxVtw0RW_QAdpzBQA8yWM0xOIN1ZHCCdl8";

class ConfigTest : public ::testing::Test {
protected:
    void SetUp() override {
        folder_ = fs::path(::testing::TempDir()) /
                  ("starling-config-" +
                   std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()));
        fs::create_directories(folder_);
        environment_["HOME"] = folder_.string();
    }
    void TearDown() override { fs::remove_all(folder_); }

    fs::path file(const std::string& name, const std::string& text) {
        const fs::path path = folder_ / name;
        fs::create_directories(path.parent_path());
        std::ofstream(path) << text;
        return path;
    }
    Result<Config, std::string> configured_with(const Settings& flags,
                                                const std::optional<fs::path>& conf = {}) {
        return configured(flags, conf, [this](const char* name) -> const char* {
            const auto at = environment_.find(name);
            return at == environment_.end() ? nullptr : at->second.c_str();
        });
    }

    fs::path folder_;
    std::map<std::string, std::string> environment_;
};

TEST_F(ConfigTest, FlagsWinOverTheFileWhichWinsOverTheEnvironment) {
    environment_["STARLING_NETWORK"] = "regtest";
    environment_["STARLING_PAR"] = "3";
    environment_["STARLING_DBCACHE"] = "100";
    environment_["STARLING_LOG_LEVEL"] = "debug";
    const auto conf = file("c.toml", "par = 4\ndbcache = 200\n");
    const auto config = configured_with({{"par", {"5"}}}, conf);
    ASSERT_TRUE(config.ok()) << config.error();
    EXPECT_EQ(config->parameters.name, "regtest");
    EXPECT_EQ(config->threads, 5U);
    EXPECT_EQ(config->memory_bytes, std::size_t{200} << 20);
    EXPECT_EQ(config->log_level, LogLevel::debug);
}

TEST_F(ConfigTest, FollowsTheXdgFolders) {
    EXPECT_EQ(configured_with({})->datadir, folder_ / ".local/share/starling");
    environment_["XDG_DATA_HOME"] = "/data";
    EXPECT_EQ(configured_with({{"network", {"local"}}})->folder(), "/data/starling/local");
    file("conf/starling/starlingd.toml", "network = \"regtest\"\n");
    environment_["XDG_CONFIG_HOME"] = (folder_ / "conf").string();
    EXPECT_EQ(configured_with({})->parameters.name, "regtest");
}

TEST_F(ConfigTest, ListensOnThisMachineOnlyOnNetworksForTests) {
    for (const char* network : {"regtest", "local"}) {
        const auto config = configured_with({{"network", {network}}});
        EXPECT_TRUE(to_string(*config->listen).starts_with("127.0.0.1:")) << network;
        EXPECT_TRUE(to_string(config->rpc).starts_with("127.0.0.1:")) << network;
    }
    EXPECT_TRUE(to_string(configured_with({})->rpc).starts_with("127.0.0.1:"));
    EXPECT_FALSE(configured_with({{"listen", {"off"}}})->listen.has_value());
    EXPECT_EQ(configured_with({{"listen", {"127.0.0.1:0"}}})->listen->port, 0);
    EXPECT_EQ(configured_with({{"rpc", {"[::1]:0"}}})->rpc.port, 0);
    EXPECT_FALSE(configured_with({{"addnode", {"127.0.0.1:0"}}}).ok());
}

TEST_F(ConfigTest, CollectsPeersOfConnectAndAddnode) {
    environment_["STARLING_ADDNODE"] = "127.0.0.1:1,127.0.0.1:2";
    const Settings plain{{"network", {"regtest"}}, {"plain", {"true"}}};
    const auto config = configured_with(merged(plain, {{"connect", {"127.0.0.1:3"}}}));
    ASSERT_TRUE(config.ok()) << config.error();
    EXPECT_EQ(config->peers.size(), 3U);
    EXPECT_TRUE(config->only_given_peers);
    EXPECT_FALSE(configured_with(plain)->only_given_peers);
}

TEST_F(ConfigTest, LinksAreEncryptedUnlessRegtestIsAskedForPlainOnes) {
    const auto encrypted = configured_with({{"addnode", {"127.0.0.1:3"}}});
    ASSERT_FALSE(encrypted.ok());
    EXPECT_NE(encrypted.error().find("KEY@HOST:PORT"), std::string::npos);
    EXPECT_TRUE(configured_with({{"addnode", {kKey + "@127.0.0.1:3"}}}).ok());
    EXPECT_FALSE(configured_with({{"plain", {"true"}}}).ok());
    EXPECT_FALSE(configured_with({{"network", {"testnet"}}, {"plain", {"true"}}}).ok());
    EXPECT_TRUE(configured_with({{"network", {"regtest"}}, {"plain", {"true"}}}).ok());
}

TEST_F(ConfigTest, DiscoveryIsOnUnlessSwitchedOffOrLinksArePlain) {
    const Settings regtest{{"network", {"regtest"}}};
    EXPECT_TRUE(configured_with(regtest)->discovery);
    EXPECT_FALSE(configured_with(merged(regtest, {{"discovery", {"false"}}}))->discovery);
    EXPECT_FALSE(configured_with(merged(regtest, {{"plain", {"true"}}}))->discovery);
    const Settings both{{"network", {"regtest"}}, {"plain", {"true"}}, {"lan", {"lo"}}};
    EXPECT_FALSE(configured_with(both).ok());
    const Settings off{{"discovery", {"false"}}, {"bootnode", {kRecord}}};
    EXPECT_FALSE(configured_with(off).ok());
}

TEST_F(ConfigTest, BootnodesAreRecordsWhoseSignatureIsChecked) {
    const auto config = configured_with({{"bootnode", {kRecord}}});
    ASSERT_TRUE(config.ok()) << config.error();
    ASSERT_EQ(config->bootstrap.size(), 1U);
    EXPECT_EQ(config->bootstrap[0].nodes.at(0)->text(), kRecord);
    std::string forged = kRecord;
    forged[20] = forged[20] == 'A' ? 'B' : 'A';
    const auto refused = configured_with({{"bootnode", {kRecord, forged}}});
    ASSERT_FALSE(refused.ok());
    EXPECT_NE(refused.error().find(forged), std::string::npos);
}

TEST_F(ConfigTest, TheAddressThatOthersSeeNeedsNoPort) {
    EXPECT_EQ(configured_with({{"external", {"203.0.113.7"}}})->external->port, 0);
    EXPECT_EQ(configured_with({{"external", {"[2001:db8::1]:80"}}})->external->port, 80);
    EXPECT_FALSE(configured_with({{"external", {"example.org"}}}).ok());
}

TEST_F(ConfigTest, SaysWhatIsNotUnderstood) {
    const auto complaint = [this](const Settings& flags) {
        const auto config = configured_with(flags);
        return config.ok() ? std::string() : config.error();
    };
    EXPECT_NE(complaint({{"network", {"nosuch"}}}).find("--network"), std::string::npos);
    EXPECT_NE(complaint({{"par", {"-1"}}}).find("--par"), std::string::npos);
    EXPECT_NE(complaint({{"rpc", {"host.name:1"}}}).find("--rpc"), std::string::npos);
    EXPECT_NE(complaint({{"txindex", {"perhaps"}}}).find("--txindex"), std::string::npos);
    EXPECT_NE(complaint({{"external", {"host.name"}}}).find("HOST[:PORT]"), std::string::npos);
    EXPECT_NE(complaint({{"mine", {"x"}}, {"mine-interval", {"soon"}}}).find("--mine-interval"),
              std::string::npos);
}

TEST_F(ConfigTest, RefusesAMisspeltKeyOfTheFileAndAFileThatIsNotThere) {
    const auto misspelt = configured_with({}, file("c.toml", "lisden = \"off\"\n"));
    ASSERT_FALSE(misspelt.ok());
    EXPECT_NE(misspelt.error().find("lisden"), std::string::npos);
    EXPECT_FALSE(configured_with({}, folder_ / "nosuch.toml").ok());
    EXPECT_FALSE(configured_with({}, file("d.toml", "par = \n")).ok());
    EXPECT_FALSE(configured_with({}, file("e.toml", "par = [1, 2]\n")).ok());
}

TEST_F(ConfigTest, ANetworkFileDefinesAnotherNetwork) {
    const auto path = file("village.toml",
                           "base = \"local\"\nname = \"village\"\nmagic = \"0a0b0c0d\"\n"
                           "spacing = 5\np2p_port = 1234\ngenesis_message = \"hello\"\n");
    const auto config = configured_with({{"network", {path.string()}}});
    ASSERT_TRUE(config.ok()) << config.error();
    EXPECT_EQ(config->parameters.name, "village");
    EXPECT_EQ(config->parameters.asert->spacing, 5);
    EXPECT_EQ(config->listen->port, 1234);
    EXPECT_NE(config->parameters.genesis_hash, local().genesis_hash);
    EXPECT_EQ(config->parameters.genesis_hash, hash_of(config->parameters.genesis.header));
    EXPECT_EQ(config->folder().filename(), "village");
}

TEST_F(ConfigTest, HowManyMayCallAndHowOursAreDrawnIsCheckedForItsBounds) {
    EXPECT_EQ(configured_with({})->inbound_max, 24U);
    EXPECT_EQ(configured_with({{"max-inbound", {"0"}}})->inbound_max, 0U);
    EXPECT_EQ(configured_with({{"max-inbound", {"100000"}}})->inbound_max, 100'000U);
    EXPECT_FALSE(configured_with({{"max-inbound", {"100001"}}}).ok());
    EXPECT_FALSE(configured_with({{"max-inbound", {"-1"}}}).ok());
    EXPECT_EQ(configured_with({})->group_first_percent, 100U);
    EXPECT_EQ(configured_with({{"group-first-share", {"0"}}})->group_first_percent, 0U);
    EXPECT_EQ(configured_with({{"group-first-share", {"100"}}})->group_first_percent, 100U);
    const auto more_than_all = configured_with({{"group-first-share", {"101"}}});
    ASSERT_FALSE(more_than_all.ok());
    EXPECT_NE(more_than_all.error().find("--group-first-share"), std::string::npos);
}

// The shortest of all maps: every address is of AS 1.
TEST_F(ConfigTest, TheMapOfSystemsIsReadAndJudgedAtOnce) {
    EXPECT_FALSE(configured_with({})->netgroups.has_map());
    const auto map = file("all.map", std::string(3, '\0'));
    const auto config = configured_with({{"asmap", {map.string()}}});
    ASSERT_TRUE(config.ok()) << config.error();
    const auto at = p2p::Endpoint::ipv4({80, 1, 2, 3}, 1);
    EXPECT_EQ(config->netgroups.mapped_as(at), 1U);

    const auto damaged = configured_with({{"asmap", {file("bad.map", "\0\0").string()}}});
    ASSERT_FALSE(damaged.ok());
    EXPECT_NE(damaged.error().find("bad.map"), std::string::npos);
    EXPECT_NE(damaged.error().find("it ends too early"), std::string::npos);
    EXPECT_EQ(damaged.error().find('\n'), std::string::npos);
    const auto missing = configured_with({{"asmap", {(folder_ / "none").string()}}});
    ASSERT_FALSE(missing.ok());
    EXPECT_NE(missing.error().find("cannot be read"), std::string::npos);
}

TEST_F(ConfigTest, ANetworkFileHasBootnodesAndSaysHowTheOverlaySpreads) {
    const std::string base = "base = \"testnet\"\nname = \"village\"\n";
    const auto path = file("village.toml", base + "bootnodes = [\"" + kRecord +
                                               "\"]\nsubnet_table_max = 3\ngroup_table_max = 5\n"
                                               "votes_min = 4\n"
                                               "loopback = true\n");
    const auto config = configured_with({{"network", {path.string()}}});
    ASSERT_TRUE(config.ok()) << config.error();
    ASSERT_EQ(config->bootstrap.size(), 1U);
    EXPECT_EQ(config->bootstrap[0].source, "village");
    EXPECT_EQ(config->bootstrap[0].nodes.size(), 1U);
    EXPECT_EQ(config->parameters.overlay.subnet_table_max, 3);
    EXPECT_EQ(config->parameters.overlay.group_table_max, 5);
    EXPECT_EQ(config->parameters.overlay.votes_min, 4);
    EXPECT_TRUE(config->parameters.overlay.loopback);
    EXPECT_EQ(config->parameters.overlay.subnet_lookup_max, 1);

    const auto forged = file("forged.toml", base + "bootnodes = [\"enr:-abc\"]\n");
    const auto refused = configured_with({{"network", {forged.string()}}});
    ASSERT_FALSE(refused.ok());
    EXPECT_NE(refused.error().find("enr:-abc"), std::string::npos);
    const auto wrong = file("wrong.toml", base + "votes_min = 0\n");
    EXPECT_FALSE(configured_with({{"network", {wrong.string()}}}).ok());
}

TEST_F(ConfigTest, ANetworkFileTellsItsSourcesApart) {
    const std::string base = "base = \"testnet\"\nname = \"village\"\nidentity_bits = 3\n";
    const auto path =
        file("sources.toml", base + "[bootstrap]\nbirds = [\"" + kRecord + "\"]\ninsects = [\"" +
                                 kRecord + "\", \"" + kRecord + "\"]\n");
    const auto config =
        configured_with({{"network", {path.string()}}, {"bootnode", {kRecord, kRecord}}});
    ASSERT_TRUE(config.ok()) << config.error();
    EXPECT_EQ(config->parameters.identity_bits, 3);
    std::vector<std::pair<std::string, std::size_t>> sources;
    for (const p2p::BootstrapNodes& source : config->bootstrap)
        sources.emplace_back(source.source, source.nodes.size());
    const std::vector<std::pair<std::string, std::size_t>> expected{
        {"--bootnode", 1}, {"--bootnode", 1}, {"birds", 1}, {"insects", 2}};
    EXPECT_EQ(sources, expected);
    for (const char* wrong : {"[bootstrap]\nbirds = [\"enr:-abc\"]\n", "bootstrap = 3\n",
                              "[bootstrap]\nbirds = \"enr:-abc\"\n", "identity_bits = 21\n"}) {
        const std::string village = "base = \"testnet\"\nname = \"village\"\n";
        const auto refused = file("wrong.toml", village + wrong);
        EXPECT_FALSE(configured_with({{"network", {refused.string()}}}).ok()) << wrong;
    }
}

TEST_F(ConfigTest, RefusesANetworkFileThatLeavesItsFolderOrMisspellsAKey) {
    for (const char* text :
         {"base = \"local\"\nname = \"../up\"\n", "base = \"mainnet\"\nname = \"a\"\n",
          "base = \"local\"\nname = \"a\"\nspaceing = 1\n",
          "base = \"local\"\nname = \"a\"\np2p_port = 70000\n",
          "base = \"regtest\"\nname = \"a\"\nspacing = 1\n", "base = \"local\"\n"}) {
        const auto path = file("n.toml", text);
        EXPECT_FALSE(configured_with({{"network", {path.string()}}}).ok()) << text;
    }
}

TEST(ParseDuration, TakesUnitsAndRefusesNonsense) {
    EXPECT_EQ(parse_duration("10s"), Duration{10'000});
    EXPECT_EQ(parse_duration("250ms"), Duration{250});
    EXPECT_EQ(parse_duration("2m"), Duration{120'000});
    EXPECT_EQ(parse_duration("7"), Duration{7'000});
    for (const char* text : {"", "s", "0s", "-1s", "10x", "1e3", "99999999999999999999s"})
        EXPECT_EQ(parse_duration(text), std::nullopt) << text;
}

}  // namespace
}  // namespace starling::node
