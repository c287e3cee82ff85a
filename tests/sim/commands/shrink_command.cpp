#include "node/rpc/json_writer.h"
#include "sim/commands/asked.h"
#include "sim/commands/children.h"
#include "sim/commands/commands.h"
#include "sim/commands/files.h"
#include "sim/commands/shrink.h"
#include "sim/run.h"
#include "sim/scenario/settings_json.h"

#include <cstdio>
#include <cstdlib>

namespace starling::sim {

namespace {

// Where the program itself ended, that is the property which was violated.
constexpr const char* kCrash = "crash";

// In a process of its own: a failing assertion is among what may be shrunk.
std::optional<Failed> attempt(const Settings& settings) {
    std::optional<Failed> failed;
    const auto work = [&](std::size_t) -> std::string {
        const Report report = run(settings);
        if (report.violations.empty()) return "";
        const Violation& first = report.violations.front();
        return std::to_string(first.when.time_since_epoch().count()) + " " + first.property;
    };
    in_children(1, 1, work, [&](std::size_t, const Ended& ended) {
        if (!ended.death.empty()) {
            failed = Failed{kCrash, Moment{} + settings.duration};
        } else if (!ended.text.empty()) {
            const std::size_t space = ended.text.find(' ');
            const Span when{std::strtoll(ended.text.c_str(), nullptr, 10)};
            failed = Failed{ended.text.substr(space + 1), Moment{} + when};
        }
        return true;
    });
    return failed;
}

Result<Settings, std::string> settings_to_shrink(const ShrinkCommand& command) {
    if (command.report.empty()) return settings_of(command.asked);
    const auto contents = read_file(command.report);
    if (!contents) return Failure{contents.error()};
    return settings_of_report(command.report, *contents);
}

std::string json_of(const Settings& smallest, const Failed& failed, std::size_t attempts) {
    rpc::JsonWriter json;
    json.begin_object();
    json.field("property", failed.property);
    json.field("command", command_line(smallest));
    json.field("attempts", attempts);
    json.key("settings").raw(settings_json(smallest));
    json.end_object();
    return json.take();
}

}  // namespace

int shrink_command(const ShrinkCommand& command) {
    const auto settings = settings_to_shrink(command);
    if (!settings) return complain(settings.error(), kUsageError);
    const auto tell = [](const std::string& text) { std::fprintf(stderr, "%s\n", text.c_str()); };
    const std::optional<Failed> failed = attempt(*settings);
    if (!failed) return complain("nothing to shrink: this run violates no property", kUsageError);
    tell(failed->property + " is violated; now with less");
    Shrinking shrinking(attempt, tell, command.attempts);
    const Settings smallest = shrinking.smallest(*settings, *failed);
    tell(std::to_string(shrinking.attempts()) + " runs were made; the smallest that fails:");
    const std::string line = command_line(smallest);
    print((command.json ? json_of(smallest, *failed, shrinking.attempts()) : line) + "\n");
    return kFound;
}

}  // namespace starling::sim
