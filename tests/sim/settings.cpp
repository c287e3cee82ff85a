#include "sim/settings.h"

#include "sim/hostile/behaviours.h"
#include "sim/net/regions.h"

#include <algorithm>

namespace starling::sim {

namespace {

// A run of more hosts is no longer limited by memory alone: the plan's addresses are drawn from the
// public ones, four thousand million in all, and an index is 32 bits wide.
constexpr std::size_t kNodesMax = 1'000'000;
// The virtual clock holds 292,000 years; what a person means is less.
constexpr Span kDurationMax = std::chrono::hours{24 * 366 * 100};
constexpr unsigned kPercentMax = 10'000;
constexpr std::uint64_t kPerHourMax = 100'000'000;
// Half a year of blocks. All of them are in memory, in each host's store once more.
constexpr std::uint64_t kPrehistoryMax = 26'000;

using Complaint = std::optional<std::string>;

Complaint more_than(const char* where, std::uint64_t value, std::uint64_t bound) {
    if (value <= bound) return std::nullopt;
    return std::string(where) + ": " + std::to_string(value) + " is more than " +
           std::to_string(bound);
}

Complaint share_fault(const char* where, Ppm share) {
    if (share <= kPpm) return std::nullopt;
    return std::string(where) + ": more than 100 %";
}

Complaint span_fault(const char* where, Span span, bool may_be_zero) {
    if (span > kDurationMax) return std::string(where) + ": more than 100 years";
    if (span < Span{0} || (!may_be_zero && span == Span{0}))
        return std::string(where) + ": it must be more than nothing";
    return std::nullopt;
}

std::string unknown_behaviour(const std::string& name) {
    std::string out = "hostile: nobody behaves \"" + name + "\"; known are";
    for (const std::string_view known : behaviour_names())
        out += " " + std::string(known);
    return out;
}

Complaint hostile_fault(const Settings& settings) {
    std::size_t hostile = 0;
    for (const auto& [name, count] : settings.hostile) {
        if (!std::ranges::count(behaviour_names(), name)) return unknown_behaviour(name);
        if (count > settings.nodes) return more_than("hostile", count, settings.nodes);
        hostile += count;
    }
    if (hostile != 0 && hostile >= settings.nodes)
        return "hostile: " + std::to_string(hostile) + " of " + std::to_string(settings.nodes) +
               " hosts, so nobody honest is left";
    return std::nullopt;
}

// Things that make sense by themselves and not together.
Complaint mismatch(const Settings& settings) {
    if (find_regions(settings.internet.latency) == nullptr)
        return "latency: there is no table \"" + settings.internet.latency + "\"";
    if (settings.load.block_interval > Span{0} && settings.load.miners == 0)
        return "miners: one at least, or a block-interval of 0";
    if (settings.load.transactions_per_hour > 0 && settings.load.wallets == 0)
        return "wallets: one at least, or no transactions-per-hour";
    const Settings::Faults& faults = settings.faults;
    if (faults.any() && settings.duration < faults.faulty + faults.healing)
        return "minutes: too few for a phase of faults and one of healing";
    return std::nullopt;
}

}  // namespace

bool real_signatures(const Settings& settings) {
    if (settings.signatures == Signatures::automatic) return settings.nodes <= kSmallWorld;
    return settings.signatures == Signatures::real;
}

bool own_state(const Settings& settings) {
    if (settings.state == State::automatic) return settings.nodes <= kSmallWorld;
    return settings.state == State::own;
}

Complaint fault_of(const Settings& settings) {
    const Settings::Faults& faults = settings.faults;
    const std::size_t nodes = settings.nodes;
    if (nodes == 0) return "nodes: a network has one at least";
    for (const Complaint& complaint : {
             more_than("nodes", nodes, kNodesMax),
             span_fault("minutes", settings.duration, false),
             more_than("jitter", settings.internet.jitter_percent, 100),
             share_fault("loss", settings.internet.datagram_loss),
             share_fault("undialable", settings.internet.undialable),
             more_than("bandwidth", settings.internet.bandwidth_percent, kPercentMax),
             settings.internet.bandwidth_percent == 0 ? Complaint("bandwidth: it must not be 0")
                                                      : std::nullopt,
             more_than("outbound", settings.overlay.outbound, 64),
             more_than("inbound-max", settings.overlay.inbound_max, 10'000),
             settings.overlay.bootnodes == 0 ? Complaint("bootnodes: one at least") : std::nullopt,
             span_fault("joining", settings.overlay.joining, true),
             span_fault("block-interval", settings.load.block_interval, true),
             more_than("miners", settings.load.miners, kNodesMax),
             more_than("wallets", settings.load.wallets, kNodesMax),
             more_than("transactions-per-hour", settings.load.transactions_per_hour, kPerHourMax),
             share_fault("burst", settings.load.burst),
             more_than("prehistory-blocks", settings.load.prehistory_blocks, kPrehistoryMax),
             span_fault("session", settings.churn.session, false),
             span_fault("gap", settings.churn.gap, false),
             share_fault("crash-share", settings.churn.crashes),
             span_fault("clock-offset", settings.hosts.clock_offset_max, true),
             share_fault("slow", settings.hosts.slow),
             span_fault("job-mean", settings.hosts.job_mean, true),
             span_fault("faulty", faults.faulty, !faults.any()),
             span_fault("healing", faults.healing, !faults.any()),
             hostile_fault(settings),
             mismatch(settings),
         }) {
        if (complaint) return complaint;
    }
    for (const unsigned an_hour : {faults.partitions, faults.one_way_partitions, faults.clogs,
                                   faults.crashes, faults.pauses, faults.loss_bursts}) {
        if (an_hour > kPerHourMax) return "faults: more than 100,000,000 an hour";
    }
    return std::nullopt;
}

}  // namespace starling::sim
