// What a start costs with as many nodes known as there may be: peers.dat of 40,000 records.
#include "p2p/saved_addresses.h"
#include "support/known_addresses.h"

#include <benchmark/benchmark.h>

namespace {

using namespace starling;

// More are told of than have room, by many netgroups: no source fills more than its share.
const Bytes& full_file() {
    static const Bytes file = [] {
        constexpr std::uint64_t kGroups = 8'000, kSources = 997, kTold = 80'000;
        test::KnownAddresses known;
        for (std::uint64_t node = 1; node <= kTold; ++node)
            known.propose(node, test::address_in(node % kGroups, node / kGroups + 1),
                          test::address_in(node % kSources));
        return known.manager.saved();
    }();
    return file;
}

// Of that without the records' signatures: the file's checksum and its fields.
void PeersDecoded(benchmark::State& state) {
    const Bytes& file = full_file();
    for (auto _ : state)
        benchmark::DoNotOptimize(p2p::decode_saved_addresses(file));
    state.counters["records"] =
        static_cast<double>(p2p::decode_saved_addresses(file).value().entries.size());
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(file.size()));
}
BENCHMARK(PeersDecoded)->Unit(benchmark::kMillisecond);

void PeersRestored(benchmark::State& state) {
    const Bytes& file = full_file();
    test::KnownAddresses known;
    const auto all = [](const p2p::Record&) { return true; };
    for (auto _ : state) {
        if (!known.manager.restore(file, all, known.now)) state.SkipWithError("it was refused");
    }
    state.counters["records"] = static_cast<double>(known.saved().entries.size());
}
BENCHMARK(PeersRestored)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
