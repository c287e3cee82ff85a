#include "node/workers.h"

#include "chain/memory_store.h"
#include "node/jobs.h"
#include "node/loop.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <stdexcept>

namespace starling::node {
namespace {

void ignore(std::exception_ptr) {}

TEST(Workers, OneThreadEndsJobsInTheirOrder) {
    std::vector<int> done;
    Workers writer("test", 1, ignore);
    for (int i = 0; i < 1'000; ++i)
        writer.post(Workers::Lane::prompt, [&done, i] { done.push_back(i); });
    writer.finish();
    ASSERT_EQ(done.size(), 1'000U);
    EXPECT_TRUE(std::ranges::is_sorted(done));
}

TEST(Workers, PromptWorkGoesBeforeBulk) {
    std::vector<int> done;
    std::atomic<bool> posted{false};
    Workers worker("test", 1, ignore);
    worker.post(Workers::Lane::bulk, [&] {
        while (!posted)
            std::this_thread::yield();
    });
    worker.post(Workers::Lane::bulk, [&] { done.push_back(2); });
    worker.post(Workers::Lane::prompt, [&] { done.push_back(1); });
    posted = true;
    worker.finish();
    EXPECT_EQ(done, (std::vector<int>{1, 2}));
}

TEST(Workers, AFailingJobEndsTheLoopWithItsException) {
    Loop loop;
    Workers worker("test", 1, [&](std::exception_ptr error) { loop.fail(std::move(error)); });
    worker.post(Workers::Lane::prompt, [] { throw std::runtime_error("disk full"); });
    try {
        loop.run();
        FAIL() << "the loop ended without the exception";
    } catch (const std::runtime_error& error) {
        EXPECT_STREQ(error.what(), "disk full");
    }
}

TEST(Jobs, AWorkerMayAskTheWriterWhileBothEnd) {
    Loop loop;
    chain::MemoryStore store(regtest().genesis_hash);
    std::atomic<bool> asking{false}, written{false};
    {
        Jobs jobs(1, regtest(), store, loop, [](mempool::LedgerInput) {});
        jobs.on_worker([&] {
            asking = true;
            std::this_thread::sleep_for(std::chrono::milliseconds{20});  // the end begins
            jobs.on_writer([&] { written = true; });
            for (int i = 0; i < 100 && !written; ++i)
                std::this_thread::sleep_for(std::chrono::milliseconds{10});
        });
        while (!asking)
            std::this_thread::yield();
    }
    EXPECT_TRUE(written);
}

TEST(Jobs, FinishingWritesWhatWasToBeWrittenTheLastWordsOfWorkersIncluded) {
    Loop loop;
    chain::MemoryStore store(regtest().genesis_hash);
    Jobs jobs(1, regtest(), store, loop, [](mempool::LedgerInput) {});
    std::atomic<bool> begun{false};
    std::vector<int> written;
    for (int i = 0; i < 100; ++i)
        jobs.on_writer([&written, i] { written.push_back(i); });
    jobs.on_worker([&] {
        begun = true;
        std::this_thread::sleep_for(std::chrono::milliseconds{20});  // the end begins
        jobs.on_writer([&] { written.push_back(100); });
    });
    while (!begun)
        std::this_thread::yield();
    jobs.finish();
    EXPECT_EQ(written.size(), 101U);
}

TEST(Loop, ArmingAgainReplacesTheTimer) {
    Loop loop;
    int first = 0, second = 0;
    loop.arm(Time{}, [&] { ++first; });
    loop.arm(Time{}, [&] {
        ++second;
        loop.stop();
    });
    loop.run();
    EXPECT_EQ(first, 0);
    EXPECT_EQ(second, 1);
}

}  // namespace
}  // namespace starling::node
