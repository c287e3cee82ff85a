#include "sim/attack/sieges.h"
#include "sim/engine/stream.h"
#include "sim/observer.h"
#include "sim/world/world.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

// Half of a node's peers withhold blocks, as in Gethlighting (Heo and others 2023), which stopped
// the chain of its victims for hours. Here half of all hosts do, in netgroups of their own, so that
// half of everybody's connections go to them; the victims are the honest hosts of which at least
// half of the connections, both directions, are hostile at that moment.

namespace starling::sim {

namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr std::size_t kHonest = 10;  // and as many hostile
constexpr Span kDuration = hours{4};
constexpr Span kJoined = minutes{5};  // from then on it is measured
constexpr Span kBlockInterval = minutes{10};
// What Bitcoin Core waits for one block that a peer owes before it asks another: the target spacing
// and half of it for every other peer that owes some, so this at least
// (net_processing.cpp, BLOCK_DOWNLOAD_TIMEOUT_BASE). Its compact blocks, which may come from three
// peers side by side, are not in this model.
constexpr Duration kCorePatience = minutes{10};
constexpr std::size_t kWorldsMax = 20;

Settings settings_of(std::uint64_t seed, std::size_t honest) {
    Settings settings;
    settings.seed = seed;
    settings.nodes = 2 * honest;
    settings.duration = kDuration;
    settings.signatures = Signatures::assumed;
    settings.state = State::shared;
    settings.load.block_interval = kBlockInterval;
    settings.load.transactions_per_hour = 0;
    settings.load.miners = honest;
    settings.hostile["withholding"] = honest;
    return settings;
}

// How far victims fall behind the honest miners.
class Lag final : public Observer {
public:
    explicit Lag(const World& world) : world_(world) {}

    void block_mined(HostIndex, const Shared<CheckedBlock>& block) override {
        mined_[block->hash] = world_.now();
    }
    void tip_changed(HostIndex host, const chain::TipChanged& changed) override {
        if (world_.now() < Moment{} + kJoined || !victims_.contains(host)) return;
        for (const HeaderNode* node = changed.tip; node != nullptr; node = node->parent) {
            const auto mined = mined_.find(node->hash);
            if (mined == mined_.end() || mined->second < Moment{} + kJoined) break;
            if (!had_.insert({host, node->hash}).second) break;
            waits.push_back(world_.now() - mined->second);
        }
    }
    void look(const World& world) override {
        if (world.now() < Moment{} + kJoined) return;
        victims_.clear();
        std::int32_t best = 0;
        for (const HostIndex index : world.honest())
            best = std::max(best, world.host(index).tip()->height.value);
        for (const HostIndex index : world.honest()) {
            const auto connections = world.internet().connections_of(index);
            std::size_t hostile = 0;
            for (const ConnectionView& one : connections) {
                const HostIndex other = one.dialler == index ? one.listener : one.dialler;
                hostile += world.plan().hosts[other].honest() ? 0u : 1u;
            }
            if (hostile * 2 < connections.size()) continue;
            victims_.insert(index);
            hostile_connections += hostile;
            all_connections += connections.size();
            const std::int32_t behind = best - world.host(index).tip()->height.value;
            most_behind = std::max(most_behind, behind);
            far_behind += behind > 2 ? 1u : 0u;
            ++looks;
        }
    }

    std::vector<Span> waits;  // from the finding of a block to a victim's having it
    std::int32_t most_behind = 0;
    std::size_t far_behind = 0, looks = 0;
    std::size_t hostile_connections = 0, all_connections = 0;

private:
    const World& world_;
    std::map<BlockHash, Moment> mined_;
    std::set<std::pair<HostIndex, BlockHash>> had_;
    std::set<HostIndex> victims_;
};

AttackRow besieged(const AttackOptions& options, std::optional<Duration> patience) {
    const std::size_t honest = options.honest == 0 ? kHonest : options.honest;
    const std::size_t worlds = std::min(options.tables, kWorldsMax);
    std::vector<Span> waits;
    std::int32_t most = 0;
    std::size_t far = 0, looks = 0, hostile = 0, all = 0;
    for (std::size_t i = 0; i < worlds; ++i) {
        Plan plan = draw_plan(settings_of(seed_of(options.seed, "withholding", i), honest));
        plan.block_patience = patience;
        World world(std::move(plan));
        Lag lag(world);
        world.watch(lag);
        world.run();
        waits.insert(waits.end(), lag.waits.begin(), lag.waits.end());
        most = std::max(most, lag.most_behind);
        far += lag.far_behind;
        looks += lag.looks;
        hostile += lag.hostile_connections;
        all += lag.all_connections;
    }
    std::ranges::sort(waits);
    const auto wait_of = [&](std::size_t percent) {
        return waits.empty() ? Span{0} : waits[(waits.size() - 1) * percent / 100];
    };
    return {.setting = std::to_string(2 * honest) + " hosts, half of them withhold, " +
                       std::to_string(worlds) + " worlds",
            .rules = patience ? "Core's patience" : "Starling",
            .figures = {Figure::share("of connections", hostile, all),
                        Figure::share("more than 2 blocks behind", far, looks),
                        Figure::number("blocks behind at most", static_cast<std::uint64_t>(most)),
                        Figure::time("a block after, 50 %", wait_of(50)),
                        Figure::time("99 %", wait_of(99)), Figure::time("at most", wait_of(100))}};
}

}  // namespace

void withholding_peers(const AttackOptions& options, const TellRow& tell) {
    tell(besieged(options, kCorePatience));
    tell(besieged(options, std::nullopt));
}

}  // namespace starling::sim
