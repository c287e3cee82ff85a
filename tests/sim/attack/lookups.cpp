#include "sim/attack/lookup_model.h"
#include "sim/attack/sieges.h"

#include <algorithm>
#include <string>

namespace starling::sim {

namespace {

// S/Kademlia (Baumgart and Mies 2007): with a fifth of ten thousand nodes hostile and siblings of
// 16, 99 % of lookups succeed by disjoint paths. They did not simulate churn.
constexpr Ppm kHostile = 200'000;
constexpr std::size_t kNodes = 1'000;
// As a lookup of ten thousand nodes costs a millisecond, and a model of them seconds to make.
constexpr std::size_t kModelsMax = 5;

AttackRow looked_up(const AttackOptions& options, SessionModel churn, std::size_t paths) {
    const std::size_t nodes = options.honest == 0 ? kNodes : options.honest;
    const std::size_t models = std::min(options.tables, kModelsMax);
    const std::size_t lookups = options.tables * options.restarts / models;
    std::size_t found = 0, trials = 0, questions = 0, captured = 0;
    for (std::size_t i = 0; i < models; ++i) {
        LookupModel model({.seed = seed_of(options.seed, "lookups", i),
                           .nodes = nodes,
                           .hostile = kHostile,
                           .churn = churn});
        for (std::size_t j = 0; j < lookups; ++j) {
            const LookupModel::Outcome one = model.look_up(paths);
            found += one.found ? 1u : 0u;
            captured += one.only_hostile ? 1u : 0u;
            questions += one.questions;
            ++trials;
        }
    }
    const std::string churned = churn == SessionModel::always_on ? "no churn" : "IPFS churn";
    return {.setting = std::to_string(nodes) + " nodes, 20 % hostile, " + churned,
            .rules = paths == 1 ? "1 path" : "Starling, " + std::to_string(paths) + " paths",
            .figures = {Figure::share("lookups that fail", trials - found, trials),
                        Figure::share("find hostile nodes only", captured, trials),
                        Figure::number("questions each", trials == 0 ? 0 : questions / trials)}};
}

}  // namespace

void hostile_lookups(const AttackOptions& options, const TellRow& tell) {
    for (const SessionModel churn : {SessionModel::always_on, SessionModel::ipfs}) {
        for (const std::size_t paths : {1u, 4u})
            tell(looked_up(options, churn, paths));
    }
}

}  // namespace starling::sim
