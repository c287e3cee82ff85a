#include "sim/settings.h"

#include <gtest/gtest.h>

namespace starling::sim {
namespace {

std::string begin_of_fault(const Settings& settings) {
    const std::string text = fault_of(settings).value_or("");
    return text.substr(0, text.find(':'));
}

TEST(SettingsFault, FindsNothingWrongWithTheDefaults) {
    EXPECT_EQ(fault_of(Settings{}), std::nullopt);
}

TEST(SettingsFault, NamesWhatDoesNotGoTogether) {
    Settings settings;
    settings.internet.latency = "nowhere-1999";
    EXPECT_EQ(begin_of_fault(settings), "latency");
    settings = {};
    settings.load.miners = 0;
    EXPECT_EQ(begin_of_fault(settings), "miners");
    settings.load.block_interval = Span{0};
    EXPECT_EQ(begin_of_fault(settings), "");
    settings.load.wallets = 0;
    EXPECT_EQ(begin_of_fault(settings), "wallets");
    settings = {};
    settings.faults.crashes = 1;
    EXPECT_EQ(begin_of_fault(settings), "");
    settings.duration = settings.faults.faulty + settings.faults.healing - Span{1};
    EXPECT_EQ(begin_of_fault(settings), "minutes");
}

}  // namespace
}  // namespace starling::sim
