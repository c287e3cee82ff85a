#include "sim/attack/attack.h"

#include "sim/attack/restart.h"
#include "sim/attack/sieges.h"

#include <algorithm>
#include <array>
#include <utility>

namespace starling::sim {

namespace {

constexpr std::array kAttacks{
    Attack{"restart", "30 days of hostile addresses, then the victim restarts", restart_attack},
    Attack{"kademlia-monopoly",
           "two hosts with many identities against the table of a node that restarts",
           kademlia_monopoly},
    Attack{"bucket-monopoly", "a bucket of which an attacker has all nodes but one",
           bucket_monopoly},
    Attack{"lookups", "a fifth of all nodes answers lookups with each other", hostile_lookups},
    Attack{"withholding", "half of a node's connections keep blocks to themselves",
           withholding_peers},
    Attack{"inbound", "all inbound places taken by one who calls again and again", inbound_flood},
};

}  // namespace

Figure Figure::share(std::string name, std::uint64_t count, std::uint64_t of) {
    Figure figure;
    figure.name = std::move(name);
    figure.kind = Kind::share;
    figure.count = count;
    figure.of = of;
    return figure;
}

Figure Figure::mean(std::string name, std::vector<double> parts) {
    Figure figure;
    figure.name = std::move(name);
    figure.kind = Kind::mean;
    figure.parts = std::move(parts);
    return figure;
}

Figure Figure::time(std::string name, Span span) {
    Figure figure;
    figure.name = std::move(name);
    figure.kind = Kind::span;
    figure.span = span;
    return figure;
}

Figure Figure::number(std::string name, std::uint64_t count) {
    Figure figure;
    figure.name = std::move(name);
    figure.kind = Kind::count;
    figure.count = count;
    return figure;
}

Figure Figure::none(std::string name, std::string why) {
    Figure figure;
    figure.name = std::move(name);
    figure.why = std::move(why);
    return figure;
}

std::span<const Attack> all_attacks() {
    return kAttacks;
}

const Attack* find_attack(std::string_view name) {
    const auto found = std::find_if(kAttacks.begin(), kAttacks.end(),
                                    [&](const Attack& attack) { return attack.name == name; });
    return found == kAttacks.end() ? nullptr : &*found;
}

}  // namespace starling::sim
