#include "sim/run.h"

#include "sim/checkers/marks.h"
#include "sim/report/figures.h"
#include "sim/report/lookups.h"
#include "sim/report/pictures.h"

#include <algorithm>

namespace starling::sim {

Report run(const Settings& settings, const RunOptions& options) {
    // Observers outlive the world that they watch.
    auto world = std::make_unique<World>(draw_plan(settings));
    Figures figures(*world);
    Marks marks;
    const std::vector<std::unique_ptr<Checker>> checkers = options.checkers(*world);
    world->watch(figures);
    world->watch(marks);
    for (const std::unique_ptr<Checker>& checker : checkers)
        world->watch(*checker);
    if (options.pictures != nullptr) world->watch(*options.pictures);
    if (options.on_event) world->trace().tell(options.on_event);

    Lookups lookups(*world);
    world->run([&] {
        lookups.look();
        return std::ranges::any_of(checkers,
                                   [](const auto& c) { return c->violation().has_value(); });
    });

    Report report;
    report.settings = settings;
    report.trace_hash = world->trace().hash();
    figures.fill(report);
    for (const std::string_view mark : Marks::names())
        report.marks[std::string(mark)] = 0;
    for (const auto& [mark, count] : marks.counts())
        report.marks[mark] += count;
    for (const std::unique_ptr<Checker>& checker : checkers) {
        if (checker->violation()) report.violations.push_back(*checker->violation());
    }
    std::ranges::stable_sort(report.violations, {}, &Violation::when);
    if (options.pictures != nullptr) options.pictures->finish(*world, figures);
    if (options.at_end) options.at_end(*world);
    world.reset();
    return report;
}

}  // namespace starling::sim
