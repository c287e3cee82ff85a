#include "sim/plan.h"

#include "consensus/parameters.h"
#include "p2p/netgroup.h"
#include "sim/engine/draw.h"
#include "sim/engine/stream.h"
#include "sim/net/regions.h"
#include "sim/plan_faults.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <optional>
#include <set>

namespace starling::sim {

namespace {

// A slow host's jobs take so many times as long: an old single-board computer to a server.
constexpr unsigned kSlowness = 10;
// The first miner's share; the n-th has an n-th of it (Zipf). Pools of Bitcoin are about so.
constexpr std::uint64_t kLargestShare = 1'000'000;
// Of hosts behind a NAT, in the order of `Nat` from full_cone on. A guess: most home routers filter
// by address and port, and carriers' and firms' NATs are often symmetric.
constexpr std::array<std::uint64_t, 4> kNatWeights{15, 10, 50, 25};
constexpr std::string_view kInvalidBlocks = "invalid_blocks";

p2p::Identity draw_identity(Random& random) {
    while (true) {
        SecretKey secret{};
        for (std::size_t i = 0; i < secret.size(); i += 8) {
            const std::uint64_t word = random.next();
            for (std::size_t j = 0; j < 8; ++j)
                secret[i + j] = static_cast<std::uint8_t>(word >> (8 * j));
        }
        if (auto identity = p2p::Identity::from(secret)) return *std::move(identity);
    }
}

// An address that nobody had before; uniform over the public ones, so that ten thousand hosts share
// a /24 about as rarely as the nodes of a real network. In the /16 of `beside`, where there is one.
p2p::Endpoint draw_address(Random& random,
                           std::set<p2p::Endpoint>& taken,
                           const std::optional<p2p::Endpoint>& beside) {
    while (true) {
        const std::uint64_t word = random.next();
        const std::array<std::uint8_t, 4> bytes{
            static_cast<std::uint8_t>(word), static_cast<std::uint8_t>(word >> 8),
            static_cast<std::uint8_t>(word >> 16), static_cast<std::uint8_t>(word >> 24)};
        auto endpoint = p2p::Endpoint::ipv4(bytes, regtest().p2p_port);
        constexpr std::size_t kSlash16 = 14;  // bytes, of a mapped address
        if (beside) std::copy_n(beside->address.begin(), kSlash16, endpoint.address.begin());
        if (!p2p::is_local_only(endpoint) && taken.insert(endpoint).second) return endpoint;
    }
}

Nat draw_nat(Random& random) {
    constexpr std::array<Nat, 4> kKinds{Nat::full_cone, Nat::restricted, Nat::port_restricted,
                                        Nat::symmetric};
    return kKinds[weighted(random, kNatWeights)];
}

// Bootnodes are open, and so are the miners with more than half of the hashes.
bool stays_open(const Settings& settings, HostIndex index) {
    return index < settings.overlay.bootnodes || index < (settings.load.miners + 1) / 2;
}

// The behaviour of each host: the last ones are hostile.
std::vector<std::string> behaviours_of(const Settings& settings) {
    std::vector<std::string> out(settings.nodes);
    std::size_t left = settings.nodes;
    for (const auto& [name, count] : settings.hostile) {
        for (std::size_t i = 0; i < count && left > 0; ++i)
            out[--left] = name;
    }
    return out;
}

// The first hosts mine; and who is to mine bad blocks, as much as the least of them.
std::uint64_t hash_share(const Settings& settings, const HostPlan& host) {
    if (settings.load.miners == 0) return 0;
    if (host.index < settings.load.miners) return kLargestShare / (host.index + 1);
    return host.behaviour == kInvalidBlocks ? kLargestShare / settings.load.miners : 0;
}

void draw_line(const Settings& settings, const RegionTable& regions, HostPlan& host) {
    Stream where = stream_of(settings.seed, "region", host.index);
    host.region =
        weighted(where, std::vector<std::uint64_t>(regions.shares.begin(), regions.shares.end()));
    const std::uint64_t percent = settings.internet.bandwidth_percent;
    host.upload = std::max<std::uint64_t>(1, regions.uploads[host.region] * percent / 100);
    host.download = std::max<std::uint64_t>(1, regions.downloads[host.region] * percent / 100);

    Stream nat = stream_of(settings.seed, "nat", host.index);
    const bool behind = chance(nat, settings.internet.undialable);
    if (behind && !stays_open(settings, host.index)) host.nat = draw_nat(nat);
}

void draw_times(const Settings& settings, HostPlan& host) {
    const Span most = settings.hosts.clock_offset_max;
    Stream clock = stream_of(settings.seed, "clock", host.index);
    host.clock_offset = uniform(clock, -most, most);

    Stream slow = stream_of(settings.seed, "slow", host.index);
    if (chance(slow, settings.hosts.slow)) host.slowness = kSlowness;

    Stream joining = stream_of(settings.seed, "joining", host.index);
    const Span wait = uniform(joining, Span{0}, settings.overlay.joining);
    if (host.index >= settings.overlay.bootnodes) host.joins = Moment{} + wait;
}

// Distinct open hosts other than itself. Each is drawn below the next power of two until it fits,
// so that hosts that are left out do not move the others.
std::vector<HostIndex> draw_peers(const Settings& settings,
                                  const std::vector<HostPlan>& hosts,
                                  HostIndex index) {
    constexpr int kTriesEach = 100;
    Stream stream = stream_of(settings.seed, "peers", index);
    const std::uint64_t range = std::bit_ceil(hosts.size());
    const std::size_t wanted = std::min(settings.overlay.outbound, hosts.size() - 1);
    std::vector<HostIndex> peers;
    for (std::size_t tries = wanted * kTriesEach; tries > 0 && peers.size() < wanted; --tries) {
        const std::uint64_t drawn = stream.below(range);
        if (drawn >= hosts.size() || drawn == index || hosts[drawn].nat != Nat::open) continue;
        const auto peer = static_cast<HostIndex>(drawn);
        if (std::ranges::find(peers, peer) == peers.end()) peers.push_back(peer);
    }
    return peers;
}

std::vector<HostPlan> draw_hosts(const Settings& settings) {
    const RegionTable* regions = find_regions(settings.internet.latency);
    assert(regions != nullptr && "fault_of lets only tables through that there are");
    const std::vector<std::string> behaviours = behaviours_of(settings);
    std::set<p2p::Endpoint> taken, of_nobody;
    Stream owner = stream_of(settings.seed, "eclipse");
    const p2p::Endpoint of_eclipse = draw_address(owner, of_nobody, std::nullopt);
    std::vector<HostPlan> hosts(settings.nodes);
    for (HostIndex index = 0; index < settings.nodes; ++index) {
        HostPlan& host = hosts[index];
        host.index = index;
        Stream stream = stream_of(settings.seed, "identity", index);
        host.identity = draw_identity(stream);
        host.behaviour = behaviours[index];
        host.address = host.behaviour == kEclipse ? draw_address(stream, taken, of_eclipse)
                                                  : draw_address(stream, taken, std::nullopt);
        draw_line(settings, *regions, host);
        draw_times(settings, host);
        host.hash_share = hash_share(settings, host);
        host.wallet = index < settings.load.wallets && host.honest();
    }
    if (!settings.overlay.discovery) {
        for (HostPlan& host : hosts)
            host.peers = draw_peers(settings, hosts, host.index);
    }
    return hosts;
}

std::vector<HostIndex> bootnodes_of(const Settings& settings, const std::vector<HostPlan>& hosts) {
    std::vector<HostIndex> out;
    for (const HostPlan& host : hosts) {
        if (out.size() == settings.overlay.bootnodes) break;
        if (host.honest() && host.nat == Nat::open) out.push_back(host.index);
    }
    return out;
}

}  // namespace

std::string_view to_string(Fault::Kind kind) {
    switch (kind) {
        case Fault::Kind::partition:
            return "partition";
        case Fault::Kind::one_way_partition:
            return "one_way_partition";
        case Fault::Kind::clog:
            return "clog";
        case Fault::Kind::crash:
            return "crash";
        case Fault::Kind::pause:
            return "pause";
        case Fault::Kind::loss_burst:
            return "loss_burst";
    }
    assert(false && "a kind of fault without a name");
    return {};
}

Plan draw_plan(const Settings& settings) {
    Plan plan{.settings = settings, .hosts = draw_hosts(settings)};
    plan.bootnodes = bootnodes_of(settings, plan.hosts);
    plan.phases = draw_phases(settings);
    plan.faults = draw_faults(settings, plan.phases);
    return plan;
}

}  // namespace starling::sim
