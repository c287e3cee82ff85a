#include "sim/plan_faults.h"

#include "sim/engine/draw.h"
#include "sim/engine/stream.h"

#include <algorithm>
#include <array>
#include <bit>
#include <tuple>

namespace starling::sim {

namespace {

using std::chrono::seconds;

// More faults than this in one run hide each other; it also bounds what a scenario can ask for.
constexpr std::size_t kFaultsMax = 10'000;
constexpr std::size_t kPhasesMax = 20'000;
constexpr Span kFaultMin = seconds{1};
// What a crash may lose: the store commits about once a second, and a disk's cache is not deeper.
constexpr std::uint64_t kLostCommits = 4;

struct Rate {
    Fault::Kind kind;
    unsigned an_hour;
    // Mean length: some are over before a peer times out, some long after.
    Span mean;
};

std::array<Rate, 6> rates_of(const Settings::Faults& faults) {
    return {{{Fault::Kind::partition, faults.partitions, seconds{120}},
             {Fault::Kind::one_way_partition, faults.one_way_partitions, seconds{90}},
             {Fault::Kind::clog, faults.clogs, seconds{30}},
             {Fault::Kind::crash, faults.crashes, seconds{45}},
             {Fault::Kind::pause, faults.pauses, seconds{30}},
             {Fault::Kind::loss_burst, faults.loss_bursts, seconds{60}}}};
}

// Draws below the next power of two until it fits: the same host as with more of them, unless that
// one is not there.
HostIndex draw_host(Random& random, std::size_t nodes) {
    const std::uint64_t range = std::bit_ceil(nodes);
    std::uint64_t drawn = random.below(range);
    while (drawn >= nodes)
        drawn = random.below(range);
    return static_cast<HostIndex>(drawn);
}

// One host, or each with the same probability: 10 to 50 % of them. One is what partitions of a
// whole network do not show: it is alone, and the others hardly notice.
std::vector<HostIndex> draw_hosts(std::uint64_t fault_seed, std::size_t nodes, Ppm alone) {
    Stream stream = stream_of(fault_seed, "hosts");
    const bool one = chance(stream, alone);
    const auto share = static_cast<Ppm>(100'000 + stream.below(400'000));
    const HostIndex first = draw_host(stream, nodes);
    if (one) return {first};
    std::vector<HostIndex> hosts;
    for (HostIndex index = 0; index < nodes; ++index) {
        Stream own = stream_of(fault_seed, "host", index);
        if (chance(own, share)) hosts.push_back(index);
    }
    if (hosts.empty()) hosts.push_back(first);
    if (hosts.size() == nodes && nodes > 1) hosts.pop_back();
    return hosts;
}

// How often a fault hits one host alone.
Ppm alone(Fault::Kind kind) {
    const bool splits = kind == Fault::Kind::partition || kind == Fault::Kind::one_way_partition;
    return splits ? 300'000 : 750'000;
}

void draw_rest(const Settings& settings, Span mean, Moment phase_end, Fault& fault) {
    const std::uint64_t own_seed = seed_of(settings.seed, "fault", fault.number);
    Stream stream(own_seed);
    const Span length = std::max(kFaultMin, exponential(stream, mean));
    const std::uint64_t lost = stream.below(kLostCommits);
    const std::uint64_t loss = 50'000 + stream.below(750'000);
    fault.end = std::min(fault.begin + length, phase_end);
    if (fault.kind == Fault::Kind::crash) fault.amount = static_cast<std::uint32_t>(lost);
    if (fault.kind == Fault::Kind::loss_burst) {
        fault.amount = static_cast<std::uint32_t>(loss);
    } else {
        fault.hosts = draw_hosts(own_seed, settings.nodes, alone(fault.kind));
    }
}

struct Beginning {
    Moment when;
    std::size_t rate = 0;  // index into rates_of
};

// Of one phase, in order. Each kind has its own chance in each phase.
std::vector<Beginning> draw_beginnings(const Settings& settings,
                                       const Phase& phase,
                                       std::size_t phase_number) {
    const auto rates = rates_of(settings.faults);
    std::vector<Beginning> out;
    for (std::size_t i = 0; i < rates.size(); ++i) {
        if (rates[i].an_hour == 0) continue;
        const Span mean = Span{std::chrono::hours{1}} / rates[i].an_hour;
        Stream stream = stream_of(settings.seed, "faults", phase_number * rates.size() + i);
        Moment at = phase.begin + exponential(stream, mean);
        while (at < phase.end && out.size() < kFaultsMax) {
            out.push_back({at, i});
            at += std::max(Span{1}, exponential(stream, mean));
        }
    }
    std::ranges::sort(out, {}, [](const Beginning& b) { return std::tuple(b.when, b.rate); });
    return out;
}

}  // namespace

std::vector<Phase> draw_phases(const Settings& settings) {
    const Settings::Faults& faults = settings.faults;
    if (!faults.any()) return {};
    std::vector<Phase> phases;
    const Moment end = Moment{} + settings.duration;
    Moment at{};
    while (at + faults.faulty + faults.healing <= end && phases.size() < kPhasesMax) {
        phases.push_back({Phase::Kind::faulty, at, at + faults.faulty});
        at += faults.faulty;
        phases.push_back({Phase::Kind::healing, at, at + faults.healing});
        at += faults.healing;
    }
    if (!phases.empty()) phases.back().end = end;
    return phases;
}

std::vector<Fault> draw_faults(const Settings& settings, const std::vector<Phase>& phases) {
    const auto rates = rates_of(settings.faults);
    std::vector<Fault> faults;
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < phases.size(); ++i) {
        if (phases[i].kind != Phase::Kind::faulty) continue;
        for (const Beginning& beginning : draw_beginnings(settings, phases[i], i)) {
            const std::uint32_t own = number++;
            if (own >= kFaultsMax) return faults;
            if (settings.only_faults && !std::ranges::count(*settings.only_faults, own)) continue;
            const Rate& rate = rates[beginning.rate];
            Fault fault{.number = own, .kind = rate.kind, .begin = beginning.when};
            draw_rest(settings, rate.mean, phases[i].end, fault);
            faults.push_back(std::move(fault));
        }
    }
    return faults;
}

}  // namespace starling::sim
