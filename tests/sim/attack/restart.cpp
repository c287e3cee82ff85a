#include "sim/attack/restart.h"

#include "sim/attack/core_address_book.h"
#include "sim/attack/our_address_book.h"
#include "sim/attack/victim.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <chrono>
#include <iterator>
#include <memory>
#include <utility>

namespace starling::sim {

namespace {

const p2p::Limits kOurs{};
constexpr Duration kFlood = std::chrono::hours{30 * 24};

std::unique_ptr<AddressBook> core_book(const VictimRules& /*rules*/,
                                       const Population& population,
                                       Random& random) {
    return std::make_unique<CoreAddressBook>(population, random);
}

std::unique_ptr<AddressBook> our_book(const VictimRules& rules,
                                      const Population& population,
                                      Random& random) {
    return std::make_unique<OurAddressBook>(population, random, rules.group_first_percent);
}

const std::array kRules{
    VictimRules{"Core", 8, 2, 2, 0, core_book},
    VictimRules{"Starling", kOurs.outbound_full_max, kOurs.outbound_block_only_max,
                kOurs.anchors_max, kOurs.group_first_percent, our_book},
};

const std::array kArsenals{
    Arsenal{.name = "8,192 in 32 /24s", .addresses = 8'192, .prefixes = 32, .neighbours = true},
    Arsenal{.name = "8,192 in 256 /16s", .addresses = 8'192, .prefixes = 256},
    Arsenal{.name = "8,192 in 1 AS", .addresses = 8'192, .systems = 1},
    Arsenal{.name = "8,192 in 8 ASes", .addresses = 8'192, .systems = 8},
    Arsenal{.name = "8,192 in 32 ASes", .addresses = 8'192, .systems = 32},
    Arsenal{.name = "8,192 in 128 ASes", .addresses = 8'192, .systems = 128},
    Arsenal{.name = "4,600 in 4,600 /16s", .addresses = 4'600, .prefixes = 4'600},
};

// Sums over the restarts of all tables of a row.
struct Sums {
    std::uint64_t restarts = 0, outbound = 0, hostile = 0, all_hostile = 0, full_hostile = 0;
    std::vector<Duration> detected, recovered;

    void add(const Restarted& one) {
        ++restarts;
        outbound += one.outbound;
        hostile += one.hostile_outbound;
        all_hostile += one.outbound > 0 && one.hostile_outbound == one.outbound ? 1u : 0u;
        full_hostile += one.full_relay > 0 && one.hostile_full_relay == one.full_relay ? 1u : 0u;
        detected.push_back(one.detected);
        recovered.push_back(one.recovered);
    }
};

Duration quantile(std::vector<Duration>& times, unsigned percent) {
    const auto nth =
        times.begin() + static_cast<std::ptrdiff_t>((times.size() - 1) * percent / 100);
    std::nth_element(times.begin(), nth, times.end());
    return *nth;
}

std::vector<Figure> figures_of(Sums& plain, const Sums& anchored) {
    return {
        Figure::share("hostile outbound", plain.hostile, plain.outbound),
        Figure::share("all outbound hostile", plain.all_hostile, plain.restarts),
        Figure::share("all 8 full-relay hostile", plain.full_hostile, plain.restarts),
        Figure::share("hostile, with anchors", anchored.hostile, anchored.outbound),
        Figure::share("all hostile, with anchors", anchored.all_hostile, anchored.restarts),
        Figure::time("detected", quantile(plain.detected, 50)),
        Figure::time("recovered", quantile(plain.recovered, 50)),
        Figure::time("recovered, 95 %", quantile(plain.recovered, 95)),
    };
}

std::string name_of(const Population::Setting& setting) {
    return std::to_string(setting.honest) + " honest" +
           (setting.spread == Spread::hosted ? ", hosted" : "") + "; " + setting.arsenal.name +
           (setting.map ? ", map" : "");
}

// The same population and seeds for all rules.
void run_setting(const Population::Setting& setting,
                 const AttackOptions& options,
                 const TellRow& tell) {
    const Population population(setting, seed_of(options.seed, name_of(setting)));
    for (const VictimRules& rules : kRules) {
        Sums plain, anchored;
        for (std::size_t table = 0; table < options.tables; ++table) {
            Victim victim(population, rules, seed_of(options.seed, "table", table),
                          options.thinned);
            victim.live(kFlood, true);
            for (std::size_t i = 0; i < options.restarts; ++i) {
                plain.add(victim.restart(false));
                anchored.add(victim.restart(true));
            }
        }
        tell({name_of(setting), rules.name, figures_of(plain, anchored)});
    }
}

std::vector<Population::Setting> settings_of(std::size_t honest) {
    std::vector<Population::Setting> settings;
    for (const Spread spread : {Spread::anywhere, Spread::hosted}) {
        for (const Arsenal& arsenal : kArsenals) {
            settings.push_back({honest, spread, arsenal, false});
            if (arsenal.systems != 0) settings.push_back({honest, spread, arsenal, true});
        }
    }
    return settings;
}

}  // namespace

void restart_attack(const AttackOptions& options, const TellRow& tell) {
    std::vector<std::size_t> sizes{1'000, 10'000};
    if (options.honest != 0) sizes = {options.honest};
    for (const std::size_t honest : sizes) {
        for (const Population::Setting& setting : settings_of(honest)) {
            if (name_of(setting).find(options.attackers) != std::string::npos)
                run_setting(setting, options, tell);
        }
    }
}

}  // namespace starling::sim
