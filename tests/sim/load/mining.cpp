#include "sim/load/mining.h"

#include "consensus/check_block.h"
#include "mempool/next_block.h"
#include "sim/engine/draw.h"
#include "sim/engine/stream.h"
#include "sim/host/archive.h"
#include "sim/host/host.h"
#include "sim/load/spending_key.h"

#include <cassert>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace starling::sim {

struct Mining::State {
    const Environment& environment;
    HostAt host_at;
    std::vector<HostIndex> miners{};
    std::map<HostIndex, Bytes> scripts{};  // where their coinbases go
    std::uint64_t number = 0;              // of the next block that is found, by anybody

    // Each block has chance of its own: its time does not depend on who mines.
    [[nodiscard]] Stream stream() const {
        return stream_of(environment.plan.settings.seed, "block", number);
    }
    void wait();
    void find();
    std::optional<HostIndex> draw_finder(Random& random) const;
    Shared<CheckedBlock> next_block(const Host& host) const;
};

namespace {

// Makes blocks of equal content differ.
Bytes number_bytes(std::uint64_t number) {
    Bytes out;
    for (unsigned shift = 0; shift < 64; shift += 8)
        out.push_back(static_cast<std::uint8_t>(number >> shift));
    return out;
}

}  // namespace

void Mining::State::wait() {
    Stream chance_of_time = stream();
    const Span gap = exponential(chance_of_time, environment.plan.settings.load.block_interval);
    environment.events.after(gap, [this] { find(); });
}

std::optional<HostIndex> Mining::State::draw_finder(Random& random) const {
    std::vector<std::uint64_t> weights;
    std::uint64_t sum = 0;
    for (const HostIndex miner : miners) {
        const Host& host = host_at(miner);
        const bool mines = host.running() && !host.paused();
        weights.push_back(mines ? environment.plan.hosts[miner].hash_share : 0);
        sum += weights.back();
    }
    if (sum == 0) return std::nullopt;
    return miners[weighted(random, weights)];
}

void Mining::State::find() {
    Stream finder_stream(stream_of(environment.plan.settings.seed, "finder", number));
    const auto finder = draw_finder(finder_stream);
    if (finder) {
        Host& host = host_at(*finder);
        host.submit_block(next_block(host));
    }
    ++number;
    wait();
}

Shared<CheckedBlock> Mining::State::next_block(const Host& host) const {
    const Parameters& parameters = environment.parameters;
    Block block = mempool::next_block(*host.tip(), host.ledger().pool(), scripts.at(host.index()),
                                      number_bytes(number), host.clock(), parameters);
    const bool ground =
        mempool::grind(block.header, std::numeric_limits<std::uint32_t>::max(), parameters);
    assert(ground && "the easiest target takes two tries");
    auto checked = environment.archive.check(std::make_shared<const Bytes>(serialized(block)));
    assert(checked.ok() && "what a pool holds obeys the rules that need no context");
    return std::move(checked).value();
}

Mining::Mining(const Environment& environment, HostAt host_at)
    : state_(new State{environment, std::move(host_at)}) {
    const std::uint64_t seed = environment.plan.settings.seed;
    for (const HostPlan& host : environment.plan.hosts) {
        if (host.hash_share == 0) continue;
        state_->miners.push_back(host.index);
        state_->scripts[host.index] = spending_key(seed, "miner", host.index).script;
    }
}

Mining::~Mining() = default;

void Mining::start() {
    const bool anybody = !state_->miners.empty();
    if (anybody && state_->environment.plan.settings.load.block_interval > Span{0}) state_->wait();
}

}  // namespace starling::sim
