#include "sim/engine/events.h"

#include "sim/engine/stream.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <vector>

namespace starling::sim {
namespace {

constexpr Moment at_us(std::int64_t us) {
    return Moment{Span{us}};
}

TEST(Events, HappenInOrderOfTimeAndThenAsAsked) {
    Events events;
    std::vector<int> seen;
    events.at(at_us(20), [&] { seen.push_back(3); });
    events.at(at_us(10), [&] { seen.push_back(1); });
    events.at(at_us(10), [&] {
        seen.push_back(2);
        events.after(Span{0}, [&] { seen.push_back(4); });
    });
    while (events.step(at_us(10))) {
    }
    EXPECT_EQ(seen, (std::vector{1, 2, 4}));
    EXPECT_EQ(events.now(), at_us(10));
    EXPECT_TRUE(events.step(at_us(30)));
    EXPECT_EQ(events.now(), at_us(20));
    EXPECT_FALSE(events.step(at_us(30)));
    EXPECT_EQ(events.now(), at_us(30));
    EXPECT_EQ(events.happened(), 4u);
}

TEST(Events, TakeThePastAsNow) {
    Events events;
    EXPECT_FALSE(events.step(at_us(100)));
    events.at(at_us(50), [&] { EXPECT_EQ(events.now(), at_us(100)); });
    EXPECT_TRUE(events.step(at_us(100)));
}

TEST(Events, CancelledHandleNamesNothingAndDoesNoHarm) {
    Events events;
    int happened = 0;
    const auto first = events.after(Span{1}, [&] { ++happened; });
    EXPECT_TRUE(events.waits(first));
    events.cancel(first);
    EXPECT_FALSE(events.waits(first));
    const auto second = events.after(Span{1}, [&] { ++happened; });  // the same slot
    events.cancel(first);
    EXPECT_TRUE(events.waits(second));
    events.cancel({});
    while (events.step(at_us(10))) {
    }
    EXPECT_EQ(happened, 1);
    EXPECT_FALSE(events.waits(second));
}

TEST(Events, DropWhatTheyHoldWhenCancelled) {
    Events events;
    const auto held = std::make_shared<int>(1);
    const auto handle = events.after(Span{1}, [held] {});
    EXPECT_EQ(held.use_count(), 2);
    events.cancel(handle);
    EXPECT_EQ(held.use_count(), 1);
}

// Against a sorted list: random asks and cancels, some from inside events.
class Model {
public:
    explicit Model(std::uint64_t seed) : stream_(seed) {}

    void act() {
        switch (stream_.below(4)) {
            case 0:
            case 1:
                return ask();
            case 2:
                return cancel();
            default:
                return step();
        }
    }
    void finish() {
        while (!expected_.empty())
            step();
        EXPECT_EQ(events_.waiting(), 0u);
        EXPECT_FALSE(events_.step(events_.now()));
    }

private:
    struct Entry {
        Moment when;
        std::uint64_t number = 0;
        Events::Handle handle;
    };

    void ask() {
        const Span wait{static_cast<std::int64_t>(stream_.below(50))};
        const std::uint64_t number = ++last_;
        const auto handle = events_.after(wait, [this, number] {
            happened_ = number;
            if (stream_.below(4) == 0) ask();
        });
        const Entry entry{events_.now() + wait, number, handle};
        const auto place = std::ranges::upper_bound(expected_, entry.when, {}, &Entry::when);
        expected_.insert(place, entry);
    }
    void cancel() {
        if (expected_.empty()) return;
        const auto at = static_cast<std::ptrdiff_t>(stream_.below(expected_.size()));
        events_.cancel(expected_[static_cast<std::size_t>(at)].handle);
        cancelled_.push_back(expected_[static_cast<std::size_t>(at)].handle);
        expected_.erase(expected_.begin() + at);
    }
    void step() {
        for (const auto& handle : cancelled_)
            EXPECT_FALSE(events_.waits(handle));
        cancelled_.clear();
        ASSERT_EQ(events_.waiting(), expected_.size());
        const Moment end = events_.now() + Span{static_cast<std::int64_t>(stream_.below(30))};
        if (expected_.empty() || expected_.front().when > end) {
            ASSERT_FALSE(events_.step(end));
            ASSERT_EQ(events_.now(), end);
            return;
        }
        const Entry first = expected_.front();
        expected_.erase(expected_.begin());
        ASSERT_TRUE(events_.waits(first.handle));
        ASSERT_TRUE(events_.step(end));
        ASSERT_EQ(events_.now(), first.when);
        ASSERT_EQ(happened_, first.number);
    }

    Stream stream_;
    Events events_;
    std::vector<Entry> expected_;
    std::vector<Events::Handle> cancelled_;
    std::uint64_t last_ = 0;
    std::uint64_t happened_ = 0;
};

TEST(Events, DoAsASortedListDoes) {
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        Model model(seed);
        for (int i = 0; i < 1'000 && !testing::Test::HasFatalFailure(); ++i)
            model.act();
        model.finish();
    }
}

TEST(Events, KeepOrderWhenMostWereCancelled) {
    Events events;
    Stream stream(1);
    std::vector<Events::Handle> handles;
    Moment last{};
    for (int i = 0; i < 20'000; ++i) {
        const Span wait{static_cast<std::int64_t>(stream.below(1'000))};
        handles.push_back(events.after(wait, [&] {
            EXPECT_LE(last, events.now());
            last = events.now();
        }));
    }
    for (std::size_t i = 0; i < handles.size(); ++i) {
        if (i % 10 != 0) events.cancel(handles[i]);
    }
    EXPECT_EQ(events.waiting(), 2'000u);
    while (events.step(at_us(1'000))) {
    }
    EXPECT_EQ(events.happened(), 2'000u);
}

}  // namespace
}  // namespace starling::sim
