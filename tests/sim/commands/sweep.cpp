#include "sim/commands/sweep.h"

#include "sim/checkers/marks.h"
#include "sim/scenario/quantity.h"
#include "sim/scenario/scenario.h"

#include <algorithm>

namespace starling::sim {

namespace {

bool overlap(const Sweep& a, const Sweep& b) {
    for (const auto& [first, count] : a.seeds) {
        for (const auto& [other, others] : b.seeds) {
            if (first < other + others && other < first + count) return true;
        }
    }
    return false;
}

// Neighbours become one range.
void join(std::vector<std::pair<std::uint64_t, std::uint64_t>>& ranges) {
    std::ranges::sort(ranges);
    std::vector<std::pair<std::uint64_t, std::uint64_t>> joined;
    for (const auto& range : ranges) {
        if (!joined.empty() && joined.back().first + joined.back().second == range.first)
            joined.back().second += range.second;
        else
            joined.push_back(range);
    }
    ranges = std::move(joined);
}

}  // namespace

void Sweep::add(const Report& report) {
    ++runs;
    seeds.emplace_back(report.settings.seed, 1);
    join(seeds);
    for (const auto& [mark, count] : report.marks)
        marks[mark] += count;
    trace_hashes += report.trace_hash;
    events += report.events;
    simulated += report.simulated;
    working += report.real.elapsed;
    if (report.violations.empty()) return;
    const Violation& first = report.violations.front();
    ++failed;
    ++failures_by_property[first.property];
    failures.push_back({report.settings.seed, first.property,
                        "at " + describe(first.when - Moment{}) +
                            (first.host == kNoHost ? "" : ", host " + std::to_string(first.host)) +
                            ": " + first.what,
                        command_line(report.settings)});
}

void Sweep::add(Failure failure) {
    ++runs;
    seeds.emplace_back(failure.seed, 1);
    join(seeds);
    ++failed;
    ++failures_by_property[failure.property];
    failures.push_back(std::move(failure));
}

bool Sweep::add(const Sweep& other) {
    if (overlap(*this, other)) return false;
    seeds.insert(seeds.end(), other.seeds.begin(), other.seeds.end());
    join(seeds);
    runs += other.runs;
    failed += other.failed;
    failures.insert(failures.end(), other.failures.begin(), other.failures.end());
    std::ranges::stable_sort(failures, {}, &Failure::seed);
    failures.resize(std::min(failures.size(), kFailuresKept));
    for (const auto& [property, count] : other.failures_by_property)
        failures_by_property[property] += count;
    for (const auto& [mark, count] : other.marks)
        marks[mark] += count;
    trace_hashes += other.trace_hashes;
    events += other.events;
    simulated += other.simulated;
    working += other.working;
    return true;
}

std::vector<std::string> Sweep::missed_marks() const {
    std::vector<std::string> out;
    for (const std::string_view name : Marks::names()) {
        const auto at = marks.find(std::string(name));
        if (at == marks.end() || at->second == 0) out.emplace_back(name);
    }
    return out;
}

std::string to_text(const Sweep::Failure& failure) {
    return "seed " + std::to_string(failure.seed) + ": " + failure.property + ", " + failure.what +
           "\n    " + failure.command + "\n";
}

std::string to_text(const Sweep& sweep, bool marks) {
    const double real = static_cast<double>(std::max(sweep.working, Span{1}).count());
    const double ratio = static_cast<double>(sweep.simulated.count()) / real;
    const double rate = static_cast<double>(sweep.events) * 1e6 / real;
    std::string out = grouped(sweep.runs) + " runs, " + grouped(sweep.failed) + " failed\n";
    for (const auto& [property, count] : sweep.failures_by_property)
        out += "  " + property + ": " + grouped(count) + "\n";
    out += describe(sweep.simulated) + " simulated in " + describe(sweep.working) +
           ", summed over its processes: " + grouped(static_cast<std::uint64_t>(ratio)) +
           " times real time, " + grouped(static_cast<std::uint64_t>(rate)) + " events a second\n";
    const std::vector<std::string> missed = sweep.missed_marks();
    const std::size_t known = Marks::names().size();
    out +=
        std::to_string(known - missed.size()) + " of " + std::to_string(known) + " marks reached";
    for (std::size_t i = 0; i < missed.size(); ++i)
        out += (i == 0 ? "; never: " : ", ") + missed[i];
    out += "\n";
    if (!marks) return out;
    for (const std::string_view name : Marks::names()) {
        const auto at = sweep.marks.find(std::string(name));
        std::string count = grouped(at == sweep.marks.end() ? 0 : at->second);
        out += std::string(14 - std::min<std::size_t>(count.size(), 12), ' ') + count + "  " +
               std::string(name) + "\n";
    }
    return out;
}

}  // namespace starling::sim
