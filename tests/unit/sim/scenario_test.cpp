#include "sim/scenario/scenario.h"

#include "node/rpc/json_value.h"
#include "sim/hostile/behaviours.h"
#include "sim/scenario/settings_json.h"

#include <gtest/gtest.h>

#include <gmock/gmock.h>
#include <set>

namespace starling::sim {
namespace {

using ::testing::HasSubstr;

// A value other than the default for each kind of setting.
std::string another(const Setting& setting) {
    const std::string standing = setting.write(Settings{});
    switch (setting.kind) {
        case Setting::Kind::flag:
            return standing == "true" ? "false" : "true";
        case Setting::Kind::number:
            return setting.name == "bandwidth" ? "50" : "7";
        case Setting::Kind::numbers:
            return "3,7";
        case Setting::Kind::counts:
            return "silent=2,slow=1";
        case Setting::Kind::text:
            break;
    }
    if (setting.name == "latency") return "uniform-50ms";
    const std::string_view values = setting.values;
    return std::string(values.substr(values.rfind(' ') + 1));
}

Settings with(const Setting& setting, const std::string& text) {
    Settings settings;
    EXPECT_TRUE(setting.read(settings, text)) << setting.where() << " " << text;
    return settings;
}

Result<Settings, std::string> from_toml(const std::string& toml) {
    auto read = read_scenario(toml, "scenario.toml");
    if (!read) return Failure{read.error()};
    return settings_of(*read);
}

std::string complaint(const std::string& toml) {
    const auto settings = from_toml(toml);
    EXPECT_FALSE(settings) << toml;
    return settings ? "" : settings.error();
}

TEST(Scenario, EverySettingSurvivesTomlAndJson) {
    for (const Setting& setting : all_settings()) {
        SCOPED_TRACE(setting.where());
        if (setting.name == "swarm") continue;  // it draws the others
        const Settings settings = with(setting, another(setting));
        EXPECT_NE(settings, Settings{});
        EXPECT_EQ(setting.write(settings), another(setting));

        const auto toml = from_toml(scenario_text(settings));
        ASSERT_TRUE(toml) << toml.error() << "\n" << scenario_text(settings);
        EXPECT_EQ(*toml, settings) << scenario_text(settings);

        const auto json = rpc::parse_json(settings_json(settings));
        ASSERT_TRUE(json) << settings_json(settings);
        const auto back = settings_of(*json);
        ASSERT_TRUE(back) << back.error();
        EXPECT_EQ(*back, settings) << settings_json(settings);
    }
}

TEST(Scenario, DrawnSettingsSurviveTomlJsonAndTheCommand) {
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        Settings settings = draw_swarm(seed, 10);
        const auto json = rpc::parse_json(settings_json(settings));
        ASSERT_TRUE(json);
        const auto back = settings_of(*json);
        ASSERT_TRUE(back) << back.error();
        EXPECT_EQ(*back, settings);
        EXPECT_EQ(command_line(settings),
                  "starling-sim run --seed " + std::to_string(seed) + " --nodes 10 --swarm");
        settings.load.miners = 3;
        for (const bool drawn : {true, false}) {
            settings.swarm = drawn;
            const auto toml = from_toml(scenario_text(settings));
            ASSERT_TRUE(toml) << toml.error() << "\n" << scenario_text(settings);
            EXPECT_TRUE(*toml == settings) << scenario_text(settings);
        }
    }
}

TEST(Scenario, EveryFlagIsOfItsOwn) {
    std::set<std::string_view> flags;
    for (const Setting& setting : all_settings())
        EXPECT_TRUE(flags.insert(setting.flag()).second) << setting.flag();
    EXPECT_TRUE(flags.contains("churn"));
    EXPECT_TRUE(flags.contains("block-interval"));
}

TEST(Scenario, LaterValuesOverrideEarlierOnes) {
    const Setting* nodes = find_setting("", "nodes");
    const auto settings = settings_of({{nodes, "20", "a"}, {nodes, "30", "b"}});
    ASSERT_TRUE(settings);
    EXPECT_EQ(settings->nodes, 30U);
}

TEST(Scenario, ASwarmDrawsWhatIsNotSaid) {
    const auto settings = from_toml("swarm = true\nseed = 7\nnodes = 12\n[load]\nminers = 2\n");
    ASSERT_TRUE(settings) << settings.error();
    Settings drawn = draw_swarm(7, 12);
    drawn.load.miners = 2;
    EXPECT_EQ(*settings, drawn);
}

TEST(Scenario, UnknownKeysAreRefusedWithTheirLine) {
    EXPECT_EQ(complaint("seed = 1\n[load]\nminer = 3\n"),
              "scenario.toml:3: unknown key \"miner\" in [load]; did you mean \"miners\"?");
    EXPECT_EQ(complaint("nods = 3\n"),
              "scenario.toml:1: unknown key \"nods\"; did you mean \"nodes\"?");
    EXPECT_EQ(complaint("[internt]\nloss = 1\n"),
              "scenario.toml:1: unknown section \"internt\"; did you mean \"internet\"?");
    EXPECT_EQ(complaint("[load]\nnodes = 5\n"),
              "scenario.toml:2: unknown key \"nodes\" in [load]; it belongs at the top, before any "
              "section");
    EXPECT_EQ(complaint("miners = 5\n"),
              "scenario.toml:1: unknown key \"miners\"; it belongs into [load]");
}

TEST(Scenario, WrongValuesAreRefusedWithTheirLine) {
    EXPECT_THAT(complaint("nodes = -3\n"),
                HasSubstr("scenario.toml:1: \"-3\" will not do; wanted: hosts"));
    EXPECT_THAT(complaint("\n\nnodes = true\n"), HasSubstr("scenario.toml:3"));
    EXPECT_THAT(complaint("wire = 1\n"), HasSubstr("wrong kind: true, false"));
    EXPECT_THAT(complaint("[churn]\nmodel = \"bitcon\"\n"), HasSubstr("always-on, exponential"));
    EXPECT_THAT(complaint("[internet]\nloss = 101\n"), HasSubstr("scenario.toml:2"));
    EXPECT_THAT(complaint("seed = \n"), HasSubstr("scenario.toml:1"));
    EXPECT_THAT(complaint("[hostile]\nsilent = \"two\"\n"), HasSubstr("scenario.toml:1"));
    EXPECT_THAT(complaint("[hostile]\nrude = 2\n"), HasSubstr("nobody behaves \"rude\""));
    EXPECT_THAT(complaint("nodes = 0\n"), HasSubstr("nodes: a network has one at least"));
}

TEST(Scenario, HostileHostsAndKeptFaultsAreTablesAndLists) {
    const auto settings =
        from_toml("only-faults = [3, 7]\n[hostile]\nsilent = 2\nslow = 1\n[internet]\nloss = 0.1");
    ASSERT_TRUE(settings) << settings.error();
    EXPECT_EQ(settings->hostile, (std::map<std::string, std::size_t>{{"silent", 2}, {"slow", 1}}));
    EXPECT_EQ(settings->only_faults, (std::vector<std::uint32_t>{3, 7}));
    EXPECT_EQ(settings->internet.datagram_loss, 1'000U);
    const auto none = from_toml("only-faults = []\n");
    ASSERT_TRUE(none);
    EXPECT_EQ(none->only_faults, std::vector<std::uint32_t>{});
}

TEST(Setting, HelpNamesEveryHostileBehaviour) {
    const std::string help(find_setting("", "hostile")->help);
    for (const std::string_view name : behaviour_names())
        EXPECT_THAT(help, HasSubstr(std::string(name)));
}

}  // namespace
}  // namespace starling::sim
