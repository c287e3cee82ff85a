#include "sim/engine/draw.h"
#include "sim/engine/stream.h"
#include "sim/plan.h"
#include "sim/settings.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace starling::sim {

namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

// Each feature is off in part of the runs and skewed in others, for what all runs have hides what
// needs its absence, and means hide extremes (swarm testing: Groce et al. 2012; the ranges are near
// those of TigerBeetle's VOPR). Each has chance of its own, so that a new one does not redraw the
// others of old seeds.
class Feature {
public:
    Feature(std::uint64_t seed, std::string_view name) : stream_(stream_of(seed, name)) {}

    bool is(Ppm probability) { return chance(stream_, probability); }
    // Inclusive. A third of the draws is near the lower end, a third near the upper one.
    std::uint64_t between(std::uint64_t from, std::uint64_t to) {
        const std::uint64_t mood = stream_.below(3);
        std::uint64_t value = stream_.below(to - from + 1);
        for (int i = 0; i < 2; ++i) {
            const std::uint64_t other = stream_.below(to - from + 1);
            if (mood == 0) value = std::min(value, other);
            if (mood == 1) value = std::max(value, other);
        }
        return from + value;
    }
    Span between(Span from, Span to) {
        const auto length = static_cast<std::uint64_t>((to - from).count());
        return from + Span{static_cast<std::int64_t>(between(0, length))};
    }
    Ppm share(Ppm most) { return static_cast<Ppm>(between(0, most)); }
    // Off, or at most `most` an hour; mostly few: one fault shows its effects, a hundred hide them.
    unsigned rate(Ppm on, unsigned most) {
        if (!is(on)) return 0;
        const std::uint64_t one = between(1, most);
        const std::uint64_t another = between(1, most);
        return static_cast<unsigned>(std::min(one, another));
    }

private:
    Stream stream_;
};

constexpr Ppm kRarely = 20'000;
constexpr Ppm kSeldom = 50'000;
constexpr Ppm kSometimes = 250'000;
constexpr Ppm kHalf = 500'000;
constexpr Ppm kMostly = 750'000;

Settings::Internet draw_internet(std::uint64_t seed) {
    Settings::Internet internet;
    if (Feature(seed, "swarm latency").is(kSometimes)) internet.latency = "uniform-50ms";
    Feature jitter(seed, "swarm jitter");
    internet.jitter_percent = jitter.is(kMostly) ? jitter.share(100) : 0;
    Feature loss(seed, "swarm loss");
    internet.datagram_loss = loss.is(kHalf) ? loss.share(300'000) : 0;
    Feature undialable(seed, "swarm undialable");
    internet.undialable = undialable.is(kHalf) ? undialable.share(700'000) : 0;
    Feature bandwidth(seed, "swarm bandwidth");
    if (bandwidth.is(kSometimes))
        internet.bandwidth_percent = static_cast<unsigned>(bandwidth.between(5, 200));
    return internet;
}

Settings::Overlay draw_overlay(std::uint64_t seed, std::size_t honest) {
    Settings::Overlay overlay;
    overlay.outbound = Feature(seed, "swarm outbound").between(2, 8);
    Feature inbound(seed, "swarm inbound");
    if (inbound.is(kSometimes)) overlay.inbound_max = inbound.between(8, 32);
    const std::uint64_t bootnodes = Feature(seed, "swarm bootnodes").between(1, 4);
    overlay.bootnodes = std::min<std::size_t>(bootnodes, honest);
    overlay.joining = Feature(seed, "swarm joining").between(Span{0}, seconds{120});
    return overlay;
}

// Hardly more places than connections that are wanted: newcomers are refused, or others go for
// them. Where hosts cannot be dialled, or dial many, some would find no place at all.
void crowd(Settings& settings) {
    constexpr std::size_t kOutboundMax = 4, kInboundMax = 6;
    Feature crowded(settings.seed, "swarm crowded");
    if (!crowded.is(kSometimes)) return;
    if (settings.internet.undialable > 0 || settings.overlay.outbound > kOutboundMax) return;
    settings.overlay.inbound_max = crowded.between(settings.overlay.outbound + 1, kInboundMax);
}

// A full message of headers from genesis (2,000) ends below all branches that a node keeps, those
// 144 deep: only then is there a chain long enough to be followed and of too little work.
constexpr std::size_t kLongPrehistory = 2'200;

Settings::Load draw_load(std::uint64_t seed, std::size_t nodes) {
    Settings::Load load;
    load.block_interval = Feature(seed, "swarm block interval").between(seconds{10}, seconds{120});
    load.miners = Feature(seed, "swarm miners").between(1, nodes);
    Feature transactions(seed, "swarm transactions");
    // Thousands are seldom: they cost most of a run's time and find little that hundreds do not.
    const std::uint64_t most = transactions.is(kSeldom) ? 2'000 : 300;
    load.transactions_per_hour = transactions.is(kMostly) ? transactions.between(1, most) : 0;
    load.wallets = Feature(seed, "swarm wallets").between(1, nodes);
    Feature burst(seed, "swarm burst");
    load.burst = burst.is(kSometimes) ? burst.share(300'000) : 0;
    if (Feature(seed, "swarm prehistory").is(kRarely)) load.prehistory_blocks = kLongPrehistory;
    return load;
}

Settings::Churn draw_churn(std::uint64_t seed) {
    Settings::Churn churn;
    Feature model(seed, "swarm churn");
    if (!model.is(kHalf)) return churn;
    // Sessions measured in hours do little in half an hour, those of minutes much.
    churn.model = model.is(kSometimes) ? SessionModel::kad : SessionModel::exponential;
    churn.session = model.between(minutes{1}, minutes{30});
    churn.gap = model.between(seconds{5}, minutes{5});
    churn.crashes = model.share(kPpm);
    return churn;
}

Settings::Hosts draw_hosts(std::uint64_t seed) {
    Settings::Hosts hosts;
    Feature clock(seed, "swarm clock");
    if (clock.is(kHalf)) hosts.clock_offset_max = clock.between(Span{0}, seconds{70});
    Feature slow(seed, "swarm slow");
    if (slow.is(kHalf)) hosts.slow = slow.share(500'000);
    Feature jobs(seed, "swarm jobs");
    if (jobs.is(kHalf)) hosts.job_mean = jobs.between(Span{0}, milliseconds{50});
    return hosts;
}

Settings::Faults draw_faults(std::uint64_t seed) {
    Settings::Faults faults;
    faults.faulty = Feature(seed, "swarm faulty").between(minutes{3}, minutes{10});
    faults.healing = Feature(seed, "swarm healing").between(minutes{10}, minutes{15});
    if (Feature(seed, "swarm faults").is(kSometimes)) return faults;  // none in this run
    faults.partitions = Feature(seed, "swarm partitions").rate(kHalf, 40);
    faults.one_way_partitions = Feature(seed, "swarm one-way partitions").rate(kSometimes, 40);
    faults.clogs = Feature(seed, "swarm clogs").rate(kHalf, 60);
    faults.crashes = Feature(seed, "swarm crashes").rate(kHalf, 60);
    faults.pauses = Feature(seed, "swarm pauses").rate(kHalf, 60);
    faults.loss_bursts = Feature(seed, "swarm loss bursts").rate(kSometimes, 40);
    return faults;
}

// At most three of ten: the others shall have peers enough to be right about.
std::map<std::string, std::size_t> draw_hostile(std::uint64_t seed, std::size_t nodes) {
    constexpr std::array<std::string_view, 8> kNames{"silent",
                                                     "slow",
                                                     "lying_height",
                                                     "invalid_blocks",
                                                     "invalid_transactions",
                                                     "low_work_headers",
                                                     "address_flood",
                                                     "discovery_flood"};
    Feature feature(seed, "swarm hostile");
    std::map<std::string, std::size_t> hostile;
    const std::size_t most = nodes * 3 / 10;
    if (most == 0 || !feature.is(kHalf)) return hostile;
    std::uint64_t left = feature.between(1, most);
    while (left > 0) {
        const std::uint64_t kind = feature.between(0, kNames.size() - 1);
        const std::uint64_t count = feature.between(1, left);
        hostile[std::string(kNames[kind])] += count;
        left -= count;
    }
    return hostile;
}

// Of the runs in which nobody is hostile half have one attacker instead, who is many: one who wants
// to be all that others see, or one whose hosts look like all others and withhold blocks.
void draw_eclipse(std::uint64_t seed,
                  std::size_t nodes,
                  std::map<std::string, std::size_t>& hostile) {
    Feature feature(seed, "swarm eclipse");
    const std::size_t most = nodes * 3 / 10;
    if (most == 0 || !hostile.empty() || !feature.is(kHalf)) return;
    const std::string_view name = feature.is(kMostly) ? kEclipse : "withholding";
    hostile[std::string(name)] = feature.between(1, most);
}

// A long prehistory is for them, so one of the hostile hosts, if there is any, becomes one.
void show_little_work(std::map<std::string, std::size_t>& hostile) {
    if (hostile.empty() || hostile.contains("low_work_headers")) return;
    const auto first = hostile.begin();
    if (--first->second == 0) hostile.erase(first);
    hostile["low_work_headers"] = 1;
}

}  // namespace

Settings draw_swarm(std::uint64_t seed, std::size_t nodes) {
    Settings settings;
    settings.seed = seed;
    settings.nodes = nodes;
    settings.swarm = true;
    settings.hostile = draw_hostile(seed, nodes);
    draw_eclipse(seed, nodes, settings.hostile);
    std::size_t honest = nodes;
    for (const auto& [name, count] : settings.hostile)
        honest -= count;
    settings.internet = draw_internet(seed);
    settings.overlay = draw_overlay(seed, honest);
    // A host behind a NAT that dials hostile hosts alone is surrounded, and where those have
    // netgroups of their own nothing that it could hear of would help it: no rule promises that it
    // is not.
    if (settings.internet.undialable > 0 && !settings.hostile.contains(std::string(kEclipse)))
        settings.overlay.outbound = std::max(settings.overlay.outbound, nodes - honest + 1);
    crowd(settings);
    settings.load = draw_load(seed, nodes);
    if (settings.load.prehistory_blocks == kLongPrehistory) show_little_work(settings.hostile);
    settings.churn = draw_churn(seed);
    settings.hosts = draw_hosts(seed);
    settings.faults = draw_faults(seed);

    Feature how(seed, "swarm how");
    settings.wire = how.is(kSeldom);
    if (how.is(kHalf)) settings.signatures = Signatures::assumed;
    if (how.is(kHalf)) settings.state = State::shared;
    const Span least =
        std::max<Span>(minutes{20}, settings.faults.faulty + settings.faults.healing);
    // Handshakes and ciphers cost a hundred times what messages do.
    settings.duration =
        settings.wire ? least : how.between(least, std::max<Span>(least, minutes{60}));
    return settings;
}

}  // namespace starling::sim
