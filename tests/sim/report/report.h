#pragma once

#include "sim/checkers/checker.h"
#include "sim/settings.h"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace starling::sim {

// A sample's figures; `count` 0: nothing was measured.
struct Quantiles {
    std::uint64_t count = 0;
    Span p50{0}, p90{0}, p99{0};
};

// What a run has shown. Everything above `real` is the same in every run of the same settings.
struct Report {
    Settings settings;
    std::uint64_t trace_hash = 0;
    std::uint64_t events = 0;
    Span simulated{0};

    // Of honest hosts, from the moment a block was found (a transaction made) until the host had
    // it; `p50` of `blocks_p50` is the median block's time to half of the hosts, and so on.
    Quantiles block_to_half, block_to_90, block_to_99;
    Quantiles transaction_to_half, transaction_to_90;
    std::uint64_t blocks = 0, stale_blocks = 0, transactions = 0;
    std::map<std::uint32_t, std::uint64_t> reorganisations;  // by depth, of all hosts
    std::uint64_t lookups = 0, lookups_found = 0, lookup_hops = 0;
    Quantiles lookup_time;
    double connections_per_host = 0, outbound_per_host = 0;
    std::map<std::string, std::uint64_t> bytes_per_host;  // sent, by message
    std::map<std::string, std::uint64_t> marks;
    std::vector<Violation> violations;

    // Of this machine, at this time.
    struct Real {
        Span elapsed{0};
        std::uint64_t memory_bytes = 0;
    } real;
};

std::string to_text(const Report& report);
std::string to_json(const Report& report);  // one line, with `settings` and `trace_hash`

}  // namespace starling::sim
