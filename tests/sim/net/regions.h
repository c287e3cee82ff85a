#pragma once

#include "sim/engine/draw.h"
#include "sim/engine/moment.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace starling::sim {

// Where hosts stand, how far apart these places are, and what lines they have there.
struct RegionTable {
    std::string_view name;
    std::span<const std::string_view> names;  // of the regions
    std::span<const Ppm> shares;              // of all hosts; their sum is kPpm
    std::span<const Span> delays;             // one way, between any two: row by row
    std::span<const std::uint64_t> uploads;   // of a host there; bytes a second
    std::span<const std::uint64_t> downloads;

    [[nodiscard]] std::size_t size() const { return names.size(); }
    [[nodiscard]] Span delay(std::size_t from, std::size_t to) const {
        return delays[from * size() + to];
    }
};

// "simblock-2019": measured by the authors of SimBlock (Aoki, Otsuki, Kaneko, Banno, Shudo,
// "SimBlock: A Blockchain Network Simulator", CryBlock 2019; NetworkConfiguration.java of
// dsg-titech/simblock with LATENCY_2019, DOWNLOAD_BANDWIDTH_2019, UPLOAD_BANDWIDTH_2019 and
// REGION_DISTRIBUTION_BITCOIN_2019). SimBlock takes its latencies as one-way delays, but they are
// the size of round trips: 294 ms from Europe to Australia, where light in glass needs 85 and a
// ping about 290. So ours are their halves.
// "uniform-50ms": one region, fast lines: for tests that want round numbers.
// Null: there is no such table.
const RegionTable* find_regions(std::string_view name);

}  // namespace starling::sim
