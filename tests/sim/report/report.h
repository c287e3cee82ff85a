#pragma once

#include "sim/checkers/checker.h"
#include "sim/report/sample.h"
#include "sim/settings.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace starling::sim {

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
    double connections_per_host = 0, outbound_per_host = 0;  // means over the run
    // Sent by honest hosts over the whole run, by message; of datagrams "udp " and what they are.
    std::map<std::string, std::uint64_t> bytes_per_host;
    std::map<std::string, std::uint64_t> marks;
    std::vector<Violation> violations;

    // Of this machine, at this time.
    struct Real {
        Span elapsed{0};
        std::uint64_t memory_bytes = 0;
    } real;
};

std::string to_text(const Report& report);
// One line, with `settings` and `trace_hash`; what is between `from` and `real` is compared by
// replay.
std::string to_json(const Report& report);
std::string trace_hash_text(std::uint64_t hash);  // 16 hexadecimal digits

}  // namespace starling::sim
