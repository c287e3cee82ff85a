#include "sim/attack/restart.h"

#include "sim/attack/core_address_book.h"
#include "sim/attack/our_address_book.h"
#include "sim/attack/victim.h"
#include "sim/report/sample.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <chrono>
#include <iterator>
#include <utility>

namespace starling::sim {

namespace {

constexpr Duration kWarmUp = std::chrono::hours{30 * 24}, kFlood = kWarmUp;

// That a block comes before an extra block-only peer is judged. Blocks come at random, one in 600
// seconds on Core's network. There the judge comes each 45 seconds to peers of at least 30, so that
// they are between 30 and 75 seconds old: the mean of 1 - e^(-t / 600) over those. By our rules it
// is 45 seconds, and a block is due each 120: 1 - e^(-45 / 120).
constexpr Ppm kCoreBlockInTime = 83'567, kOurBlockInTime = 312'711;

std::array<VictimRules, 2> rules_of(const AttackOptions& options) {
    const p2p::Limits limits;
    return {VictimRules{.name = "Core",
                        .full_relay = 8,
                        .block_only = 2,
                        .block_in_time = kCoreBlockInTime,
                        .make = CoreAddressBook::make},
            VictimRules{.name = "Starling",
                        .ours = true,
                        .full_relay = limits.outbound_full_max,
                        .block_only = limits.outbound_block_only_max,
                        .group_first_percent = options.group_first_share,
                        .block_in_time = kOurBlockInTime,
                        .make = OurAddressBook::make}};
}

const std::array kArsenals{
    Arsenal{.name = "8,192 in 32 /24s", .addresses = 8'192, .prefixes = 32, .neighbours = true},
    Arsenal{.name = "8,192 in 256 /16s", .addresses = 8'192, .prefixes = 256},
    Arsenal{.name = "8,192 in 1 AS", .addresses = 8'192, .systems = 1},
    Arsenal{.name = "8,192 in 8 ASes", .addresses = 8'192, .systems = 8},
    Arsenal{.name = "8,192 in 32 ASes", .addresses = 8'192, .systems = 32},
    Arsenal{.name = "8,192 in 128 ASes", .addresses = 8'192, .systems = 128},
    Arsenal{.name = "4,600 in 4,600 /16s", .addresses = 4'600, .prefixes = 4'600},
};

// What came of restarts: shares for each table, for those of one table are alike; events for each
// restart.
class Outcomes {
public:
    void begin_table() {
        outbound_.push_back({});
        full_relay_.push_back({});
    }
    void add(const Restarted& one) {
        ++restarts_;
        outbound_.back().add(one.hostile_outbound, one.outbound);
        full_relay_.back().add(one.hostile_full_relay, one.full_relay);
        all_hostile_ += one.surrounded() ? 1u : 0u;
        full_hostile_ += one.full_relay > 0 && one.hostile_full_relay == one.full_relay ? 1u : 0u;
        if (one.detected) detected_.add(*one.detected);
        if (one.recovered) recovered_.add(*one.recovered);
    }
    [[nodiscard]] Figure outbound(std::string name) const {
        return shares(std::move(name), outbound_);
    }
    [[nodiscard]] Figure full_relay(std::string name) const {
        return shares(std::move(name), full_relay_);
    }
    [[nodiscard]] Figure all_hostile(std::string name) const {
        return Figure::share(std::move(name), all_hostile_, restarts_);
    }
    [[nodiscard]] Figure full_hostile(std::string name) const {
        return Figure::share(std::move(name), full_hostile_, restarts_);
    }
    [[nodiscard]] Figure detected(std::string name) const {
        return time(std::move(name), detected_, &Quantiles::p50);
    }
    [[nodiscard]] Figure recovered(std::string name, Span Quantiles::*quantile) const {
        return time(std::move(name), recovered_, quantile);
    }

private:
    struct Share {
        std::uint64_t hostile = 0, of = 0;
        void add(std::uint64_t part, std::uint64_t whole) {
            hostile += part;
            of += whole;
        }
    };
    static Figure shares(std::string name, const std::vector<Share>& tables) {
        std::vector<double> parts;
        for (const Share& table : tables) {
            if (table.of == 0) continue;
            parts.push_back(static_cast<double>(table.hostile) / static_cast<double>(table.of));
        }
        return Figure::mean(std::move(name), std::move(parts));
    }
    static Figure time(std::string name, const Sample& sample, Span Quantiles::*quantile) {
        if (sample.count() == 0) return Figure::none(std::move(name), "never surrounded");
        return Figure::time(std::move(name), sample.quantiles().*quantile);
    }

    std::vector<Share> outbound_, full_relay_;  // one each table
    std::uint64_t restarts_ = 0, all_hostile_ = 0, full_hostile_ = 0;
    Sample detected_, recovered_;
};

// With the anchors of the time of the restart, with none, and with those of before the flood.
struct Variants {
    Outcomes plain, anchored, old_anchored;

    [[nodiscard]] std::vector<Figure> figures() const {
        return {
            plain.outbound("hostile outbound"),
            plain.full_relay("hostile full-relay"),
            plain.all_hostile("all outbound hostile"),
            plain.full_hostile("all 8 full-relay hostile"),
            anchored.outbound("hostile, with anchors"),
            anchored.all_hostile("all hostile, with anchors"),
            old_anchored.outbound("hostile, anchors of before"),
            plain.detected("detected"),
            plain.recovered("recovered", &Quantiles::p50),
            plain.recovered("recovered, 90 %", &Quantiles::p90),
        };
    }
};

std::string name_of(const Population::Setting& setting) {
    return std::to_string(setting.honest) + " honest" +
           (setting.spread == Spread::hosted ? ", hosted" : "") + "; " + setting.arsenal.name +
           (setting.map ? ", map" : "");
}

Variants variants_of(const Population& population,
                     const VictimRules& rules,
                     const AttackOptions& options) {
    Variants variants;
    for (std::size_t table = 0; table < options.tables; ++table) {
        Victim victim(population, rules, seed_of(options.seed, "table", table),
                      {options.thinned, options.fast_attacker});
        victim.live(kWarmUp, false);
        const auto before = victim.anchors();
        victim.live(kFlood, true);
        const auto anchors = victim.anchors();
        for (Outcomes* outcomes : {&variants.plain, &variants.anchored, &variants.old_anchored})
            outcomes->begin_table();
        for (std::size_t i = 0; i < options.restarts; ++i) {
            variants.plain.add(victim.restart({}));
            variants.anchored.add(victim.restart(anchors));
            variants.old_anchored.add(victim.restart(before));
        }
    }
    return variants;
}

// The same population and seeds for all rules.
void run_setting(const Population::Setting& setting,
                 const AttackOptions& options,
                 const TellRow& tell) {
    const Population population(setting, seed_of(options.seed, name_of(setting)));
    for (const VictimRules& rules : rules_of(options)) {
        const Variants variants = variants_of(population, rules, options);
        tell({name_of(setting), rules.name, variants.figures()});
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
