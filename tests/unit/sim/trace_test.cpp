#include "sim/engine/trace.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace starling::sim {
namespace {

TraceEvent event(std::uint64_t number) {
    return {.when = Moment{Span{1}},
            .kind = "message",
            .host = 2,
            .other = 3,
            .what = "inv",
            .number = number};
}

std::uint64_t hash_of(const TraceEvent& event) {
    Trace trace;
    trace.note(event);
    return trace.hash();
}

TEST(Trace, HashesEveryField) {
    const std::uint64_t hash = hash_of(event(5));
    EXPECT_EQ(hash, hash_of(event(5)));
    const auto with = [](auto change) {
        TraceEvent changed = event(5);
        change(changed);
        return hash_of(changed);
    };
    EXPECT_NE(hash, hash_of(event(6)));
    EXPECT_NE(hash, with([](TraceEvent& one) { one.when += Span{1}; }));
    EXPECT_NE(hash, with([](TraceEvent& one) { one.kind = "messages"; }));
    EXPECT_NE(hash, with([](TraceEvent& one) { one.host = 3; }));
    EXPECT_NE(hash, with([](TraceEvent& one) { one.other = 2; }));
    EXPECT_NE(hash, with([](TraceEvent& one) { one.what = "in"; }));
}

TEST(Trace, HashesTextsByContentWhereverTheyLie) {
    const std::string kind = "message";
    TraceEvent copy = event(5);
    copy.kind = kind;
    EXPECT_EQ(hash_of(event(5)), hash_of(copy));
}

TEST(Trace, HashesOrder) {
    Trace a;
    Trace b;
    a.note(event(1));
    a.note(event(2));
    b.note(event(2));
    b.note(event(1));
    EXPECT_NE(a.hash(), b.hash());
}

TEST(Trace, KeepsTheLastOldestFirst) {
    Trace trace;
    EXPECT_TRUE(trace.last().empty());
    const std::uint64_t events = Trace::kKept + 7;
    for (std::uint64_t i = 0; i < events; ++i)
        trace.note(event(i));
    const auto last = trace.last();
    ASSERT_EQ(last.size(), Trace::kKept);
    for (std::size_t i = 0; i < last.size(); ++i)
        ASSERT_EQ(last[i].number, i + 7);
    EXPECT_EQ(trace.events(), events);
}

TEST(Trace, WritesOneLineOfJson) {
    EXPECT_EQ(to_json(event(61)),
              R"({"time_us":1,"kind":"message","host":2,"other":3,"what":"inv","number":61})");
    EXPECT_EQ(to_json({.when = {}, .kind = "start", .host = 7}),
              R"({"time_us":0,"kind":"start","host":7,"number":0})");
}

TEST(Trace, TellsAListener) {
    Trace trace;
    std::vector<std::uint64_t> heard;
    trace.tell([&](const TraceEvent& one) { heard.push_back(one.number); });
    trace.note(event(4));
    EXPECT_EQ(heard, std::vector<std::uint64_t>{4});
}

}  // namespace
}  // namespace starling::sim
