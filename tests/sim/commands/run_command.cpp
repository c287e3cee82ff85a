#include "sim/commands/asked.h"
#include "sim/commands/commands.h"
#include "sim/commands/crash_note.h"
#include "sim/commands/files.h"
#include "sim/commands/measured.h"
#include "sim/report/html.h"
#include "sim/report/pictures.h"

#include <cstdio>
#include <deque>
#include <memory>
#include <vector>

namespace starling::sim {

namespace {

struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

// The trace's last events until the moment, at most Trace::kKept.
class LastEvents {
public:
    void keep(const TraceEvent& event, Moment until) {
        if (event.when > until) return;
        events_.push_back(event);
        if (events_.size() > Trace::kKept) events_.pop_front();
    }
    void keep(const std::vector<TraceEvent>& events) {
        events_.assign(events.begin(), events.end());
    }
    [[nodiscard]] bool reach_back_to(Moment moment) const {
        return !events_.empty() && events_.front().when <= moment;
    }
    [[nodiscard]] std::string text() const {
        std::string out;
        for (const TraceEvent& event : events_)
            out += to_json(event) + "\n";
        return out;
    }
    void clear() { events_.clear(); }

private:
    std::deque<TraceEvent> events_;
};

// A run stops at the look after a violation. Where the events kept do not reach back to it, the
// same run is made once more and listened to.
void listen_again(const Report& report, LastEvents& last) {
    const Moment until = report.violations.front().when;
    if (last.reach_back_to(until)) return;
    last.clear();
    RunOptions again;
    again.on_event = [&](const TraceEvent& event) { last.keep(event, until); };
    run(report.settings, again);
}

std::string write_last(const Report& report, const LastEvents& last) {
    const std::string file = "starling-sim-" + std::to_string(report.settings.seed) + "-" +
                             trace_hash_text(report.trace_hash).substr(0, 8) + ".jsonl";
    const std::string wrong = write_file(file, last.text());
    if (!wrong.empty()) return wrong;
    return "the last events before it are in " + file;
}

}  // namespace

int run_command(const RunCommand& command) {
    const auto settings = settings_of(command.asked);
    if (!settings) return complain(settings.error(), kUsageError);
    RunOptions options;
    File trace;
    if (!command.trace.empty()) {
        trace.reset(std::fopen(command.trace.c_str(), "wb"));
        if (!trace) return complain(command.trace + ": it cannot be written", kUsageError);
        options.on_event = [&](const TraceEvent& event) {
            std::fputs((to_json(event) + "\n").c_str(), trace.get());
        };
    }
    Pictures pictures;
    if (!command.html.empty()) {
        // A run may take hours: a page that cannot be written is refused before it.
        const std::string wrong = write_file(command.html, "");
        if (!wrong.empty()) return complain(wrong, kUsageError);
        options.pictures = &pictures;
    }
    LastEvents last;
    options.at_end = [&](World& world) { last.keep(world.trace().last()); };

    note_for_crashes(command_line(*settings));
    const Report report = measured(*settings, options);
    print(command.json ? to_json(report) + "\n" : to_text(report));
    int code = kFine;
    if (!command.html.empty()) {
        const std::string wrong = write_file(command.html, to_html(report, pictures));
        if (!wrong.empty()) code = complain(wrong, kUsageError);
    }
    if (trace && std::fflush(trace.get()) != 0)
        code = complain(command.trace + ": it could not be written", kUsageError);
    if (report.violations.empty()) return code;
    listen_again(report, last);
    return complain(
        report.violations.front().property + " was violated; " + write_last(report, last), kFound);
}

}  // namespace starling::sim
