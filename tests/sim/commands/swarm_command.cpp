#include "sim/commands/children.h"
#include "sim/commands/commands.h"
#include "sim/commands/crash_note.h"
#include "sim/commands/files.h"
#include "sim/commands/measured.h"
#include "sim/commands/sweep.h"
#include "sim/scenario/quantity.h"

#include <utility>

namespace starling::sim {

namespace {

Settings drawn(const SwarmCommand& command, std::size_t index) {
    return draw_swarm(command.first_seed + index, command.nodes);
}

// Every so many seeds run a second time in their process, where memory is laid out otherwise: a
// decision by where things lie shows as another trace.
constexpr std::uint64_t kRepeatEvery = 16;

void repeat(Report& report) {
    const Report again = measured(report.settings);
    if (again.trace_hash == report.trace_hash) return;
    report.violations.push_back({.when = Moment{} + report.settings.duration,
                                 .property = "same_trace",
                                 .what = "a second run of it has another trace"});
}

// One run, as a sweep of one.
std::string one_run(const Settings& settings) {
    note_for_crashes(command_line(settings));
    Sweep sweep;
    Report report = measured(settings);
    if (settings.seed % kRepeatEvery == 0 && report.violations.empty()) repeat(report);
    sweep.add(report);
    return to_json(sweep);
}

Sweep sweep_of(const Settings& settings, const Ended& ended) {
    if (ended.death.empty()) {
        auto parsed = parse_sweep(ended.text);
        if (parsed) return std::move(*parsed);
    }
    Sweep crashed;
    crashed.add({settings.seed, "crash", ended.death, command_line(settings)});
    return crashed;
}

// The end of `swarm` and of `merge`.
int told(const Sweep& sweep, bool json, bool marks, bool nightly) {
    print(json ? to_json(sweep) + "\n" : to_text(sweep, marks));
    const std::vector<std::string> missed = sweep.missed_marks();
    if (nightly && !missed.empty())
        return complain(grouped(missed.size()) + " marks were never reached, the first of them \"" +
                            missed.front() + "\"",
                        kFound);
    return sweep.failed == 0 ? kFine : kFound;
}

}  // namespace

int swarm_command(const SwarmCommand& command) {
    if (command.seeds == 0 || command.seeds > kSeedsMax)
        return complain("--seeds must be from 1 to " + grouped(kSeedsMax), kUsageError);
    if (command.nodes == 0) return complain("--nodes: a network has one at least", kUsageError);
    if (command.jobs > kJobsMax)
        return complain("--jobs must be at most " + grouped(kJobsMax), kUsageError);
    const Settings first = drawn(command, 0);
    if (const auto fault = fault_of(first)) return complain(*fault, kUsageError);
    const std::size_t jobs = command.jobs == 0 ? cores() : command.jobs;
    Sweep sweep;
    const auto work = [&](std::size_t index) { return one_run(drawn(command, index)); };
    const auto done = [&](std::size_t index, const Ended& ended) {
        const Sweep one = sweep_of(drawn(command, index), ended);
        if (!command.json) {
            for (const Sweep::Failure& failure : one.failures)
                print(to_text(failure));
        }
        if (!sweep.add(one))
            complain("seed " + std::to_string(first.seed + index) + " ran twice", 0);
        return !command.stop || sweep.failed == 0;
    };
    in_children(command.seeds, jobs, work, done);
    return told(sweep, command.json, command.marks, command.nightly);
}

int merge_command(const MergeCommand& command) {
    Sweep sweep;
    for (const std::string& file : command.files) {
        const auto contents = read_file(file);
        if (!contents) return complain(contents.error(), kUsageError);
        const auto parsed = parse_sweep(*contents);
        if (!parsed) return complain(file + ": " + parsed.error(), kUsageError);
        if (!sweep.add(*parsed))
            return complain(file + ": it has seeds that an earlier file has too", kUsageError);
    }
    if (!command.json) {
        for (const Sweep::Failure& failure : sweep.failures)
            print(to_text(failure));
    }
    return told(sweep, command.json, command.marks, command.nightly);
}

}  // namespace starling::sim
