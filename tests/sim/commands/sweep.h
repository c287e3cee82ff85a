#pragma once

#include "consensus/result.h"
#include "sim/report/report.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace starling::sim {

// What many runs have shown together. Sums only, so that pieces of a sweep can be added up in any
// order.
struct Sweep {
    struct Failure {
        std::uint64_t seed = 0;
        std::string property;  // "crash" where the program itself ended
        std::string what;
        std::string command;  // that repeats it
    };
    // So many are told of; the rest is counted.
    static constexpr std::size_t kFailuresKept = 1'000;

    std::vector<std::pair<std::uint64_t, std::uint64_t>> seeds;  // first and how many, by first
    std::uint64_t runs = 0;
    std::uint64_t failed = 0;
    std::vector<Failure> failures;  // by seed
    std::map<std::string, std::uint64_t> failures_by_property;
    std::map<std::string, std::uint64_t> marks;
    std::uint64_t trace_hashes = 0;  // their sum modulo 2^64: equal sweeps, equal sum
    std::uint64_t events = 0;
    Span simulated{0};
    Span working{0};  // real time, of all processes together

    void add(const Report& report);
    void add(Failure failure);  // of a run that gave no report
    // False: both have run the same seeds, and nothing was added.
    [[nodiscard]] bool add(const Sweep& other);
    // Those never reached.
    [[nodiscard]] std::vector<std::string> missed_marks() const;
};

std::string to_json(const Sweep& sweep);  // one line
Result<Sweep, std::string> parse_sweep(std::string_view json);
std::string to_text(const Sweep& sweep, bool marks);
std::string to_text(const Sweep::Failure& failure);

}  // namespace starling::sim
