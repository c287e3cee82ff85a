#include "sim/report/report.h"
#include "sim/scenario/quantity.h"
#include "sim/scenario/scenario.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace starling::sim {

namespace {

constexpr std::size_t kLabelColumns = 20;
constexpr std::size_t kCellColumns = 11;
constexpr std::size_t kMessagesShown = 8;

std::string label(std::string_view text) {
    std::string out = "  " + std::string(text);
    out.resize(std::max(out.size() + 1, kLabelColumns), ' ');
    return out;
}

std::string cell(const std::string& text) {
    return std::string(kCellColumns - std::min(kCellColumns - 1, text.size()), ' ') + text;
}

std::string percent(std::uint64_t part, std::uint64_t whole) {
    if (whole == 0) return "-";
    const double share = static_cast<double>(part) / static_cast<double>(whole);
    return places_text(100 * share, 1) + " %";
}

std::string row(std::string_view name, const Quantiles& quantiles) {
    if (quantiles.count == 0) return label(name) + cell("-") + cell("-") + cell("-") + "\n";
    return label(name) + cell(describe(quantiles.p50)) + cell(describe(quantiles.p90)) +
           cell(describe(quantiles.p99)) + "   of " + grouped(quantiles.count) + "\n";
}

std::string pace(const Report& report) {
    const double real = static_cast<double>(std::max(report.real.elapsed, Span{1}).count());
    const double ratio = static_cast<double>(report.simulated.count()) / real;
    const double rate = static_cast<double>(report.events) * 1e6 / real;
    return describe(report.simulated) + " simulated in " + describe(report.real.elapsed) + ": " +
           (ratio < 10 ? places_text(ratio, 1) : grouped(static_cast<std::uint64_t>(ratio))) +
           " times real time, " + grouped(static_cast<std::uint64_t>(rate)) + " events a second, " +
           bytes_text(report.real.memory_bytes) + " of memory\n";
}

std::string ledger_text(const Report& report) {
    std::string out = label("blocks") + grouped(report.blocks) + " found, " +
                      grouped(report.stale_blocks) + " of them stale (" +
                      percent(report.stale_blocks, report.blocks) + ")\n";
    out += label("transactions") + grouped(report.transactions) + " made\n";
    out += label("reorganisations");
    if (report.reorganisations.empty()) out += "none";
    std::string between;
    for (const auto& [depth, count] : report.reorganisations) {
        out += between + grouped(count) + " of depth " + std::to_string(depth);
        between = ", ";
    }
    out += "\n\n" + label("time until") + cell("50 %") + cell("90 %") + cell("99 %") +
           "   of the cases\n";
    out += row("block to 50 %", report.block_to_half);
    out += row("block to 90 %", report.block_to_90);
    out += row("block to 99 %", report.block_to_99);
    out += row("transaction to 50 %", report.transaction_to_half);
    out += row("transaction to 90 %", report.transaction_to_90);
    return out + row("lookup", report.lookup_time) + "\n";
}

std::string overlay_text(const Report& report) {
    std::string out = label("lookups") + grouped(report.lookups) + ", nearest node found by " +
                      percent(report.lookups_found, report.lookups);
    if (report.lookups_found != 0)
        out += " after " +
               places_text(static_cast<double>(report.lookup_hops) /
                               static_cast<double>(report.lookups_found),
                           1) +
               " hops";
    return out + "\n" + label("connections") + places_text(report.connections_per_host, 1) +
           " a host, " + places_text(report.outbound_per_host, 1) + " of them its own\n";
}

std::string traffic_text(const Report& report) {
    std::vector<std::pair<std::uint64_t, std::string>> messages;
    std::uint64_t sum = 0;
    for (const auto& [name, bytes] : report.bytes_per_host) {
        messages.emplace_back(bytes, name);
        sum += bytes;
    }
    std::ranges::sort(messages, std::ranges::greater{});
    const double hours = static_cast<double>(report.simulated.count()) / 3.6e9;
    const double hourly = hours > 0 ? static_cast<double>(sum) / hours : 0;
    std::string out = label("sent by a host") + bytes_text(sum) + " (" +
                      bytes_text(static_cast<std::uint64_t>(hourly)) + " an hour)\n";
    std::uint64_t rest = 0;
    for (std::size_t i = 0; i < messages.size(); ++i) {
        if (i >= kMessagesShown) {
            rest += messages[i].first;
            continue;
        }
        out += label("  " + messages[i].second) + cell(bytes_text(messages[i].first)) +
               cell(percent(messages[i].first, sum)) + "\n";
    }
    if (rest != 0)
        out += label("  others") + cell(bytes_text(rest)) + cell(percent(rest, sum)) + "\n";
    return out;
}

std::string marks_text(const Report& report) {
    std::string line = label("marks reached"), out;
    std::size_t reached = 0;
    for (const auto& [name, count] : report.marks) {
        if (count == 0) continue;
        const std::string item = (reached++ == 0 ? "" : ", ") + name + " " + grouped(count);
        if (line.size() + item.size() > 100) {
            out += line + (reached > 1 ? ",\n" : "\n");
            line = std::string(kLabelColumns, ' ') + name + " " + grouped(count);
        } else {
            line += item;
        }
    }
    return out + line + (reached == 0 ? "none" : "") + "\n";
}

}  // namespace

std::string to_text(const Report& report) {
    const Settings& settings = report.settings;
    std::string out = grouped(settings.nodes) + (settings.nodes == 1 ? " host, " : " hosts, ") +
                      describe(report.simulated) + ", seed " + std::to_string(settings.seed) +
                      ", trace " + trace_hash_text(report.trace_hash) + ", " +
                      grouped(report.events) + " events\n" + pace(report) + "\n";
    out += ledger_text(report) + overlay_text(report) + traffic_text(report) + marks_text(report);
    if (report.violations.empty()) return out + "\nno property was violated\n";
    for (const Violation& violation : report.violations) {
        out += "\nVIOLATED: " + violation.property + ", at " + describe(violation.when - Moment{}) +
               (violation.host == kNoHost ? "" : ", host " + std::to_string(violation.host)) +
               "\n  " + violation.what + "\n";
    }
    return out + "again: " + command_line(settings) + "\n";
}

}  // namespace starling::sim
