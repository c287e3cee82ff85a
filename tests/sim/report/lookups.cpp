#include "sim/report/lookups.h"

#include <algorithm>

namespace starling::sim {

namespace {

// Of one look to be one with a lookup, if each host is to have one an hour.
Ppm share_of_looks(std::size_t hosts) {
    const auto looks_an_hour =
        static_cast<std::uint64_t>(std::chrono::hours{1} / Observer::kLookInterval);
    const std::uint64_t share = std::uint64_t{kPpm} * hosts / looks_an_hour;
    return static_cast<Ppm>(std::min<std::uint64_t>(share, kPpm));
}

}  // namespace

Lookups::Lookups(World& world)
    : world_(world), chance_(stream_of(world.plan().settings.seed, "lookups")) {}

void Lookups::look() {
    if (!world_.plan().settings.overlay.discovery) return;
    if (!chance(chance_, share_of_looks(world_.size()))) return;
    const std::vector<HostIndex> honest = world_.honest();
    if (honest.empty()) return;
    Host& host = world_.host(honest[chance_.next() % honest.size()]);
    p2p::NodeId target = world_.host(honest[chance_.next() % honest.size()]).plan().identity.id;
    if (chance_.next() % 2 == 0) {
        for (std::uint8_t& byte : target.bytes)
            byte = static_cast<std::uint8_t>(chance_.next());
    }
    if (!host.paused()) host.look_up(target);
}

}  // namespace starling::sim
