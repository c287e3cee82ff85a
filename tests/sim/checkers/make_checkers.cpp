#include "sim/checkers/agreement.h"
#include "sim/checkers/alarms.h"
#include "sim/checkers/answers.h"
#include "sim/checkers/bans.h"
#include "sim/checkers/budgets.h"
#include "sim/checkers/checker.h"
#include "sim/checkers/in_flight.h"
#include "sim/checkers/money.h"
#include "sim/checkers/pool_fits.h"
#include "sim/checkers/requests.h"
#include "sim/checkers/returned.h"
#include "sim/checkers/rules.h"
#include "sim/checkers/same_state.h"
#include "sim/checkers/sizes.h"
#include "sim/checkers/work.h"

namespace starling::sim {

std::vector<std::unique_ptr<Checker>> make_checkers(const World& world) {
    const Plan& plan = world.plan();
    const Events& events = world.environment().events;
    const auto looks = std::make_shared<LedgerLooks>();
    std::vector<std::unique_ptr<Checker>> all;
    all.push_back(std::make_unique<SameState>(looks));
    all.push_back(std::make_unique<Money>(world.environment().parameters, looks));
    all.push_back(std::make_unique<Rules>(plan, events));
    all.push_back(std::make_unique<WorkChecker>());
    all.push_back(std::make_unique<Agreement>(plan, events));
    all.push_back(std::make_unique<PoolFits>());
    all.push_back(std::make_unique<Returned>(plan));
    all.push_back(std::make_unique<Bans>(plan, events));
    all.push_back(std::make_unique<Budgets>());
    all.push_back(std::make_unique<Requests>());
    all.push_back(std::make_unique<InFlight>(plan, events));
    all.push_back(std::make_unique<Sizes>(plan, events));
    all.push_back(std::make_unique<Answers>(plan, events));
    all.push_back(std::make_unique<Alarms>(events));
    return all;
}

}  // namespace starling::sim
