#include "sim/world/world.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <malloc.h>

namespace starling::sim {
namespace {

using namespace std::chrono_literals;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kHeapIsLibcs = false;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool kHeapIsLibcs = false;
#else
constexpr bool kHeapIsLibcs = true;
#endif
#else
constexpr bool kHeapIsLibcs = true;
#endif

// What is allocated, not what the kernel gave.
std::size_t heap_bytes() {
    const struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

// With all that the world needs besides, in equal parts. Ten thousand such hosts take 6 GB: half of
// what they may take with blocks full of transactions.
TEST(SimMemory, AnIdleHostOfSixteenPeersTakesLessThan600KiB) {
    if (!kHeapIsLibcs) GTEST_SKIP() << "a sanitizer has a heap of its own";
    Settings settings;
    settings.nodes = 200;
    settings.duration = 20min;
    settings.load.transactions_per_hour = 0;
    const std::size_t before = heap_bytes();
    World world(draw_plan(settings));
    world.run();
    const std::size_t bytes = (heap_bytes() - before) / settings.nodes;
    RecordProperty("bytes_a_host", std::to_string(bytes));

    std::size_t peers = 0;
    for (const HostIndex host : world.honest())
        peers += world.host(host).peers().size();
    EXPECT_GE(peers, 16 * settings.nodes) << "more only make it harder";
    EXPECT_LT(bytes, 600u * 1'024);
}

}  // namespace
}  // namespace starling::sim
