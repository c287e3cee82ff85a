#include "sim/commands/measured.h"

#include "sim/scenario/quantity.h"

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <malloc.h>
#include <string_view>
#include <sys/mman.h>

namespace starling::sim {

namespace {

// Measured: 1,000 hosts with 16 connections each, a block a minute with ten transactions, took
// 435 MB after 20 minutes, and 651 MB where each keeps its own coins. Longer runs take more.
constexpr std::uint64_t kWorldBytes = 30'000'000;
constexpr std::uint64_t kHostBytes = 300'000;
constexpr std::uint64_t kOwnStateBytes = 250'000;
constexpr std::uint64_t kConnectionBytes = 15'000;

// "VmHWM:   123 kB" of a file such as /proc/self/status; 0 where there is no such line.
std::uint64_t bytes_in(const char* file, std::string_view field) {
    std::ifstream in(file);
    for (std::string name; in >> name;) {
        std::uint64_t kibibytes = 0;
        if (name == field && in >> kibibytes) return kibibytes * 1'024;
        in.ignore(4'096, '\n');
    }
    return 0;
}

std::uint64_t bytes_for(const Settings& settings) {
    const std::uint64_t outbound = settings.overlay.outbound + settings.overlay.outbound / 2;
    const std::uint64_t a_host =
        kHostBytes + (own_state(settings) ? kOwnStateBytes : 0) + 2 * outbound * kConnectionBytes;
    return kWorldBytes + settings.nodes * a_host;
}

// Each event of a large world touches another host, far away in memory: with pages of 4 KiB much of
// the time goes into finding them (a fifth of it at a thousand hosts). So the heap is laid out
// once, of its own address space alone, and huge pages are asked for it; where there are none
// nothing is lost.
void lay_out_heap(std::uint64_t bytes) {
    constexpr std::uint64_t kWorthIt = 256u << 20;
    constexpr std::uintptr_t kHugePage = 2u << 20;
    if (bytes < kWorthIt) return;
    mallopt(M_MMAP_MAX, 0);         // all of it from the heap
    mallopt(M_TRIM_THRESHOLD, -1);  // which is never given back
    void* heap = std::malloc(bytes);
    if (heap == nullptr) return;
    const auto begin = reinterpret_cast<std::uintptr_t>(heap) / kHugePage * kHugePage + kHugePage;
    madvise(reinterpret_cast<void*>(begin), bytes - kHugePage, MADV_HUGEPAGE);
    std::free(heap);
}

}  // namespace

Report measured(const Settings& settings, const RunOptions& options) {
    lay_out_heap(bytes_for(settings));
    const auto begin = std::chrono::steady_clock::now();
    Report report = run(settings, options);
    report.real.elapsed =
        std::chrono::duration_cast<Span>(std::chrono::steady_clock::now() - begin);
    report.real.memory_bytes = bytes_in("/proc/self/status", "VmHWM:");
    return report;
}

std::optional<std::string> memory_fault(const Settings& settings) {
    const std::uint64_t there = bytes_in("/proc/meminfo", "MemAvailable:");
    const std::uint64_t wanted = bytes_for(settings);
    if (there == 0 || wanted <= there) return std::nullopt;
    return "nodes: " + grouped(settings.nodes) + " hosts take about " + bytes_text(wanted) +
           " of memory, and " + bytes_text(there) + " are available";
}

}  // namespace starling::sim
