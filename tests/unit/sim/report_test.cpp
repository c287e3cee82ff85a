#include "sim/report/report.h"

#include "node/rpc/json_value.h"
#include "sim/report/html.h"
#include "sim/report/propagation.h"
#include "sim/report/sample.h"

#include <gtest/gtest.h>

#include <gmock/gmock.h>

namespace starling::sim {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Presence = Propagation::Presence;

Moment at(std::int64_t milliseconds) {
    return Moment{} + std::chrono::milliseconds{milliseconds};
}
Span ms(std::int64_t milliseconds) {
    return std::chrono::milliseconds{milliseconds};
}

TEST(Sample, QuantilesOfAFewAreExact) {
    Sample sample;
    EXPECT_EQ(sample.quantiles(), Quantiles{});
    for (int i = 100; i >= 1; --i)
        sample.add(ms(i));
    EXPECT_EQ(sample.quantiles(), (Quantiles{100, ms(50), ms(90), ms(99)}));
}

TEST(Sample, QuantilesOfManyAreNear) {
    Sample sample;
    for (int i = 1; i <= 1'000'000; ++i)
        sample.add(Span{i});
    EXPECT_EQ(sample.count(), 1'000'000U);
    EXPECT_EQ(sample.sorted().size(), Sample::kKept);
    EXPECT_NEAR(static_cast<double>(sample.quantiles().p50.count()), 500'000, 25'000);
    EXPECT_NEAR(static_cast<double>(sample.quantiles().p99.count()), 990'000, 6'000);
}

TEST(Propagation, MeasuresTheTimeToEachShareOfTheHosts) {
    Propagation blocks({});
    blocks.began(1, at(1'000), std::vector<Presence>(10, Presence::waits));
    for (HostIndex host = 0; host < 10; ++host)
        blocks.reached(1, host, at(1'000 + 10 * (host + 1)));
    EXPECT_EQ(blocks.to_half().quantiles().p50, ms(50));
    EXPECT_EQ(blocks.to_90().quantiles().p50, ms(90));
    EXPECT_EQ(blocks.to_99().quantiles().p50, ms(100));
    EXPECT_EQ(blocks.arrivals().count(), 10U);
}

TEST(Propagation, AHostCountsOnceAndOnlyIfItRanFromTheBeginning) {
    Propagation blocks({});
    blocks.began(1, at(0), {Presence::waits, Presence::waits, Presence::absent});
    blocks.reached(1, 0, at(1));
    blocks.reached(1, 0, at(2));
    blocks.reached(1, 2, at(3));
    EXPECT_EQ(blocks.arrivals().count(), 1U);
    EXPECT_EQ(blocks.to_99().count(), 0U);
}

TEST(Propagation, WhoStopsIsNotWaitedFor) {
    Propagation blocks({});
    blocks.began(1, at(0), std::vector<Presence>(4, Presence::waits));
    for (HostIndex host = 0; host < 3; ++host)
        blocks.reached(1, host, at(10 * host));
    EXPECT_EQ(blocks.to_99().count(), 0U);
    blocks.stopped(3);
    EXPECT_EQ(blocks.to_99().quantiles().p50, ms(20));
}

TEST(Propagation, TracksNoMoreThanItsBoundAndForgetsWhatIsStuck) {
    Propagation blocks({.tracked_max = 1, .patience = ms(100)});
    const std::vector<Presence> two(2, Presence::waits);
    blocks.began(1, at(0), two);
    blocks.began(2, at(50), two);  // no room
    blocks.reached(2, 0, at(51));
    EXPECT_EQ(blocks.arrivals().count(), 0U);
    blocks.began(3, at(101), two);  // the first was given up
    blocks.reached(3, 0, at(102));
    EXPECT_EQ(blocks.arrivals().count(), 1U);
}

Report failed_report() {
    Report report;
    report.trace_hash = 0xabc;
    report.simulated = std::chrono::minutes{60};
    report.blocks = 6;
    report.block_to_half = {6, ms(200), ms(300), ms(400)};
    report.reorganisations[2] = 1;
    report.bytes_per_host["block"] = 12'345;
    report.violations.push_back({at(90'000), "same_state", 3, "two <tips> & \"one\" state"});
    return report;
}

TEST(Report, IsOneLineOfJsonWithSettingsAndTraceHash) {
    const std::string line = to_json(failed_report());
    EXPECT_EQ(line.find('\n'), std::string::npos);
    const auto json = rpc::parse_json(line);
    ASSERT_TRUE(json) << json.error();
    EXPECT_EQ(json->find("trace_hash")->text, "0000000000000abc");
    EXPECT_NE(json->find("settings")->find("load"), nullptr);
    EXPECT_EQ(json->find("violations")->items[0].find("property")->text, "same_state");
}

TEST(Report, SaysHowToRepeatAFailure) {
    const std::string text = to_text(failed_report());
    EXPECT_THAT(text, HasSubstr("VIOLATED: same_state, at 1 min 30 s, host 3"));
    EXPECT_THAT(text, HasSubstr("starling-sim run --seed 1 --nodes 100"));
    EXPECT_THAT(text, HasSubstr("1 of depth 2"));
    Report fine = failed_report();
    fine.violations.clear();
    EXPECT_THAT(to_text(fine), HasSubstr("no property was violated"));
}

TEST(Report, ThePageNeedsNothingElseAndTakesNoTextForMarkup) {
    const std::string page = to_html(failed_report(), Pictures{});
    EXPECT_THAT(page, HasSubstr("two &lt;tips&gt; &amp; &quot;one&quot; state"));
    for (const char* outside : {"http", "src=", "href=", "@import", "url("})
        EXPECT_THAT(page, Not(HasSubstr(outside)));
}

}  // namespace
}  // namespace starling::sim
