#include "sim/net/regions.h"

#include <array>
#include <chrono>

namespace starling::sim {

namespace {

using std::chrono::milliseconds;

constexpr std::size_t kRegions = 6;
constexpr std::array<std::string_view, kRegions> kNames{"north america", "europe", "south america",
                                                        "asia",          "japan",  "australia"};
constexpr std::array<Ppm, kRegions> kShares{331'600, 499'800, 9'000, 117'700, 22'400, 19'500};

constexpr std::array<unsigned, kRegions * kRegions> kRoundTrips{// milliseconds
                                                                32,  124, 184, 198, 151, 189,  //
                                                                124, 11,  227, 237, 252, 294,  //
                                                                184, 227, 88,  325, 301, 322,  //
                                                                198, 237, 325, 85,  58,  198,  //
                                                                151, 252, 301, 58,  12,  126,  //
                                                                189, 294, 322, 198, 126, 16};

constexpr auto kDelays = [] {
    std::array<Span, kRoundTrips.size()> delays{};
    for (std::size_t at = 0; at < delays.size(); ++at)
        delays[at] = Span{milliseconds{kRoundTrips[at]}} / 2;
    return delays;
}();

// The tables give bits a second.
constexpr std::array<std::uint64_t, kRegions> kUploads{
    19'200'000 / 8, 20'700'000 / 8, 5'800'000 / 8, 15'700'000 / 8, 10'200'000 / 8, 11'300'000 / 8};
constexpr std::array<std::uint64_t, kRegions> kDownloads{
    52'000'000 / 8, 40'000'000 / 8, 18'000'000 / 8, 22'800'000 / 8, 22'800'000 / 8, 29'900'000 / 8};

constexpr std::array<std::string_view, 1> kSomewhere{"somewhere"};
constexpr std::array<Ppm, 1> kAll{kPpm};
constexpr std::array<Span, 1> kFiftyMilliseconds{milliseconds{50}};
constexpr std::array<std::uint64_t, 1> kFastLine{12'500'000};

constexpr std::array<RegionTable, 2> kTables{
    RegionTable{.name = "simblock-2019",
                .names = kNames,
                .shares = kShares,
                .delays = kDelays,
                .uploads = kUploads,
                .downloads = kDownloads},
    RegionTable{.name = "uniform-50ms",
                .names = kSomewhere,
                .shares = kAll,
                .delays = kFiftyMilliseconds,
                .uploads = kFastLine,
                .downloads = kFastLine},
};

}  // namespace

const RegionTable* find_regions(std::string_view name) {
    for (const RegionTable& table : kTables)
        if (table.name == name) return &table;
    return nullptr;
}

}  // namespace starling::sim
