#include "p2p/limits.h"
#include "sim/attack/sieges.h"
#include "sim/checkers/alarm_watch.h"
#include "sim/engine/stream.h"
#include "sim/observer.h"
#include "sim/report/sample.h"
#include "sim/world/world.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

// Half of a node's peers withhold blocks, as in Gethlighting (Heo and others 2023), which stopped
// the chain of its victims for hours. Here half of all hosts do, in netgroups of their own, so that
// half of everybody's connections go to them; the victims are the honest hosts of which at least
// half of the connections, both directions, are hostile at that moment. And four of five do where
// nodes dial two others and one for blocks alone: then some have no honest peer at all for a while,
// and their eclipse alarms are looked at.

namespace starling::sim {

namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr std::size_t kHonest = 10;
constexpr Span kDuration = hours{4};
constexpr Span kJoined = minutes{5};  // from then on it is measured
constexpr Span kBlockInterval = minutes{10};
constexpr std::size_t kWorldsMax = 20;

struct Siege {
    std::string name;
    std::size_t hostile_each = 1;  // to an honest one
    std::size_t outbound = Settings::Overlay{}.outbound;
};

// Ten minutes are what Bitcoin Core waits at the least for a block that a peer owes before it drops
// the peer and asks another (net_processing.cpp, BLOCK_DOWNLOAD_TIMEOUT_BASE: the target spacing,
// and half of it for every other peer that owes some). Its compact blocks, which may come from
// three peers side by side, are not in this model: it is one of waiting.
struct Rules {
    std::string name;
    std::optional<Plan::Patience> patience;
};

Settings settings_of(std::uint64_t seed, std::size_t honest, const Siege& siege) {
    Settings settings;
    settings.seed = seed;
    settings.nodes = (1 + siege.hostile_each) * honest;
    settings.overlay.outbound = siege.outbound;
    settings.duration = kDuration;
    settings.signatures = Signatures::assumed;
    settings.state = State::shared;
    settings.load.block_interval = kBlockInterval;
    settings.load.transactions_per_hour = 0;
    settings.load.miners = honest;
    settings.hostile["withholding"] = siege.hostile_each * honest;
    return settings;
}

struct Losses {
    Sample waits;  // from the finding of a block to a victim's having it
    Span longest{0};
    std::int32_t most_behind = 0;
    std::size_t far_behind = 0, looks = 0;
    std::size_t hostile_connections = 0, all_connections = 0;
    // Of those that victims dialled, extra ones and feelers among them; looks at victims that had
    // any, and those where all were hostile.
    std::size_t hostile_outbound = 0, all_outbound = 0;
    std::size_t outbound_looks = 0, all_hostile_looks = 0;
};

// Of one host's connections.
struct Ends {
    std::size_t all = 0, hostile = 0, outbound = 0, hostile_outbound = 0;
};

Ends ends_of(const World& world, HostIndex host) {
    Ends ends;
    for (const ConnectionView& one : world.internet().connections_of(host)) {
        const bool outbound = one.dialler == host;
        const HostIndex other = outbound ? one.listener : one.dialler;
        const std::size_t hostile = world.plan().hosts[other].honest() ? 0 : 1;
        ++ends.all;
        ends.hostile += hostile;
        ends.outbound += outbound ? 1u : 0u;
        ends.hostile_outbound += outbound ? hostile : 0;
    }
    return ends;
}

// How far victims fall behind the honest miners.
class Lag final : public Observer {
public:
    Lag(const World& world, Losses& losses) : world_(world), losses_(losses) {}

    void block_mined(HostIndex miner, const Shared<CheckedBlock>& block) override {
        mined_[block->hash] = world_.now();
        had_.insert({miner, block->hash});  // it need not wait
    }
    // Each block once, when it comes to a host's chain; of who was no victim then none.
    void tip_changed(HostIndex host, const chain::TipChanged& changed) override {
        for (const Shared<CheckedBlock>& block : changed.connected) {
            const auto mined = mined_.find(block->hash);
            if (mined == mined_.end() || !had_.insert({host, block->hash}).second) continue;
            if (mined->second < Moment{} + kJoined || !victims_.contains(host)) continue;
            const Span wait = world_.now() - mined->second;
            losses_.waits.add(wait);
            losses_.longest = std::max(losses_.longest, wait);
        }
    }
    void look(const World& world) override {
        if (world.now() < Moment{} + kJoined) return;
        victims_.clear();
        std::int32_t best = 0;
        for (const HostIndex index : world.honest())
            best = std::max(best, world.host(index).tip()->height.value);
        for (const HostIndex index : world.honest()) {
            const Ends ends = ends_of(world, index);
            if (ends.hostile * 2 < ends.all) continue;
            victims_.insert(index);
            count(ends);
            const std::int32_t behind = best - world.host(index).tip()->height.value;
            losses_.most_behind = std::max(losses_.most_behind, behind);
            losses_.far_behind += behind > 2 ? 1u : 0u;
            ++losses_.looks;
        }
    }

private:
    void count(const Ends& ends) {
        losses_.hostile_connections += ends.hostile;
        losses_.all_connections += ends.all;
        if (ends.outbound == 0) return;
        losses_.hostile_outbound += ends.hostile_outbound;
        losses_.all_outbound += ends.outbound;
        ++losses_.outbound_looks;
        losses_.all_hostile_looks += ends.hostile_outbound == ends.outbound ? 1u : 0u;
    }

    const World& world_;
    Losses& losses_;
    std::map<BlockHash, Moment> mined_;
    std::set<std::pair<HostIndex, BlockHash>> had_;
    std::set<HostIndex> victims_;
};

void add(AlarmFigures& sum, const AlarmWatch& watch) {
    const AlarmFigures& one = watch.figures();
    sum.eclipses += one.eclipses - watch.open();
    sum.unseen += one.unseen;
    sum.calm_looks += one.calm_looks;
    sum.false_looks += one.false_looks;
    for (const Span span : one.detected.sorted())
        sum.detected.add(span);
    for (const Span span : one.recovered.sorted())
        sum.recovered.add(span);
}

Figure half_of(std::string name, const Sample& sample) {
    if (sample.count() == 0) return Figure::none(std::move(name), "-");
    return Figure::time(std::move(name), sample.quantiles().p50);
}

Figure most_of(std::string name, const Sample& sample) {
    if (sample.count() == 0) return Figure::none(std::move(name), "-");
    return Figure::time(std::move(name), sample.sorted().back());
}

AttackRow besieged(const AttackOptions& options, const Siege& siege, const Rules& rules) {
    const std::size_t honest = options.honest == 0 ? kHonest : options.honest;
    const std::size_t worlds = std::min(options.tables, kWorldsMax);
    Losses sum;
    AlarmFigures alarms;
    for (std::size_t i = 0; i < worlds; ++i) {
        Plan plan = draw_plan(settings_of(seed_of(options.seed, "withholding", i), honest, siege));
        plan.block_patience = rules.patience;
        World world(std::move(plan));
        Lag lag(world, sum);
        AlarmWatch watch;
        world.watch(lag);
        world.watch(watch);
        world.run();
        add(alarms, watch);
    }
    const Quantiles waits = sum.waits.quantiles();
    const auto most = static_cast<std::uint64_t>(sum.most_behind);
    return {
        .setting = std::to_string((1 + siege.hostile_each) * honest) + " hosts, " + siege.name +
                   ", " + std::to_string(worlds) + " worlds",
        .rules = rules.name,
        .figures = {
            Figure::share("of connections", sum.hostile_connections, sum.all_connections),
            Figure::share("of outbound", sum.hostile_outbound, sum.all_outbound),
            Figure::share("all outbound hostile", sum.all_hostile_looks, sum.outbound_looks),
            Figure::share("more than 2 blocks behind", sum.far_behind, sum.looks),
            Figure::number("blocks behind at most", most),
            Figure::time("a block after, 99 %", waits.p99), Figure::time("at most", sum.longest),
            Figure::share("surrounded and not told", alarms.unseen, alarms.eclipses),
            half_of("told after, 50 %", alarms.detected),
            half_of("free after, 50 %", alarms.recovered),
            most_of("free after, at most", alarms.recovered),
            Figure::share("false alarms", alarms.false_looks, alarms.calm_looks)}};
}

}  // namespace

void withholding_peers(const AttackOptions& options, const TellRow& tell) {
    const Duration stall = p2p::Limits{}.stall_timeout_min;
    const Rules all[] = {{"one peer, ten minutes", Plan::Patience{minutes{10}, minutes{10}}},
                         {"two peers, ten minutes", Plan::Patience{stall, minutes{10}}},
                         {"Starling", std::nullopt}};
    for (const Siege& siege :
         {Siege{.name = "half of them withhold"}, Siege{"4 of 5 withhold, 2 outbound", 4, 2}}) {
        for (const Rules& rules : all)
            tell(besieged(options, siege, rules));
    }
}

}  // namespace starling::sim
