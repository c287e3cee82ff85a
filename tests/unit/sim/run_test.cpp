#include "sim/run.h"

#include "node/rpc/json_value.h"
#include "sim/report/html.h"
#include "sim/report/pictures.h"
#include "sim/scenario/settings_json.h"

#include <gtest/gtest.h>

namespace starling::sim {
namespace {

Settings small_world() {
    Settings settings;
    settings.seed = 7;
    settings.nodes = 6;
    settings.duration = std::chrono::minutes{12};
    settings.load.block_interval = std::chrono::seconds{60};
    settings.load.transactions_per_hour = 120;
    settings.signatures = Signatures::assumed;
    return settings;
}

// Violated by the third block.
class ThirdBlock final : public Checker {
public:
    explicit ThirdBlock(const World& world) : world_(world) {}
    [[nodiscard]] std::string_view name() const override { return "third_block"; }
    void block_mined(HostIndex host, const Shared<CheckedBlock>&) override {
        if (++blocks_ == 3) violated(world_.now(), host, "a third block was found");
    }

private:
    const World& world_;
    int blocks_ = 0;
};

TEST(Run, ItsReportAloneIsEnoughToRepeatIt) {
    const std::string first = to_json(run(small_world()));
    const auto settings = settings_of(*rpc::parse_json(first)->find("settings"));
    ASSERT_TRUE(settings) << settings.error();
    EXPECT_EQ(to_json(run(*settings)), first);
    Settings other = small_world();
    other.seed = 8;
    EXPECT_NE(to_json(run(other)), first);
}

TEST(Run, BlocksAndTransactionsReachEverybody) {
    const Report report = run(small_world());
    EXPECT_GT(report.blocks, 3U);
    EXPECT_GT(report.block_to_99.count, 0U);
    EXPECT_GT(report.block_to_99.p50, report.block_to_half.p50 - Span{1});
    EXPECT_GT(report.transactions, 0U);
    EXPECT_GT(report.transaction_to_90.count, 0U);
    EXPECT_GT(report.connections_per_host, 1);
    EXPECT_GT(report.bytes_per_host.at("block"), 0U);
    EXPECT_TRUE(report.violations.empty());
}

TEST(Run, WatchingChangesNothing) {
    Pictures pictures;
    RunOptions options;
    std::uint64_t events = 0;
    options.pictures = &pictures;
    options.on_event = [&](const TraceEvent&) { ++events; };
    const Report watched = run(small_world(), options);
    EXPECT_EQ(watched.trace_hash, run(small_world()).trace_hash);
    EXPECT_GT(events, 100U);
    EXPECT_EQ(pictures.dots().size(), 6U);
    EXPECT_FALSE(pictures.edges().empty());
    EXPECT_FALSE(pictures.shots().empty());
    EXPECT_NE(to_html(watched, pictures).find("<circle"), std::string::npos);
}

TEST(Run, EndsAtTheLookAfterAViolation) {
    RunOptions options;
    options.checkers = [](const World& world) {
        std::vector<std::unique_ptr<Checker>> out;
        out.push_back(std::make_unique<ThirdBlock>(world));
        return out;
    };
    const Report report = run(small_world(), options);
    ASSERT_EQ(report.violations.size(), 1U);
    EXPECT_EQ(report.violations[0].property, "third_block");
    const Span when = report.violations[0].when - Moment{};
    EXPECT_LE(report.simulated, when + 2 * Observer::kLookInterval);
    EXPECT_LT(report.simulated, small_world().duration);
}

}  // namespace
}  // namespace starling::sim
