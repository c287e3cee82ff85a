#include "sim/report/html_plots.h"

#include "sim/report/plot.h"
#include "sim/scenario/quantity.h"

#include <algorithm>
#include <utility>

namespace starling::sim {

namespace {

constexpr std::size_t kMessagesShown = 12;

double seconds(Span span) {
    return static_cast<double>(span.count()) / 1e6;
}
double seconds(Moment moment) {
    return seconds(moment - Moment{});
}

std::string_view css_of(Phase::Kind kind) {
    return kind == Phase::Kind::faulty ? "fault" : "heal";
}

void phases(Plot& plot, const Report& report, const Pictures& pictures) {
    for (const Phase& phase : pictures.phases()) {
        if (phase.begin - Moment{} >= report.simulated) break;
        plot.band(seconds(phase.begin), seconds(phase.end), css_of(phase.kind),
                  phase.kind == Phase::Kind::faulty ? "faults are on" : "healing");
    }
}

}  // namespace

std::string arrivals_plot(const std::vector<Span>& sorted, const std::string& label) {
    if (sorted.empty()) return "";
    constexpr Span kLeast = std::chrono::milliseconds{10};
    Plot plot(Axis::logarithmic(label, kLeast, std::max(sorted.back(), kLeast * 100)),
              Axis::linear("share of arrivals", 0, 100, " %"));
    std::vector<Plot::Point> points;
    for (std::size_t i = 0; i < sorted.size(); ++i)
        points.push_back({seconds(sorted[i]),
                          100.0 * static_cast<double>(i + 1) / static_cast<double>(sorted.size())});
    plot.line(points, "a");
    for (const auto& [percent, css] : {std::pair{50, "flag c"}, {90, "flag b"}, {99, "flag b"}}) {
        const Span at = sorted[(sorted.size() * static_cast<std::size_t>(percent) + 99) / 100 - 1];
        plot.line(
            {{0.01, static_cast<double>(percent)}, {seconds(at), static_cast<double>(percent)}},
            css);
        plot.word({seconds(at), static_cast<double>(percent) - 4},
                  std::to_string(percent) + " % by " + describe(at));
    }
    return plot.svg();
}

std::string tips_plot(const Report& report, const Pictures& pictures) {
    const auto& shots = pictures.shots();
    if (shots.size() < 2) return "";
    double low = shots.front().height_min, high = low + 1;
    for (const Pictures::Shot& shot : shots) {
        if (shot.height_max == 0) continue;
        high = std::max(high, static_cast<double>(shot.height_max));
        low = std::min(low, static_cast<double>(shot.height_min));
    }
    Plot plot(Axis::time("virtual time", report.simulated), Axis::linear("height", low, high));
    phases(plot, report, pictures);
    std::vector<Plot::Point> highest, median, lowest;
    for (const Pictures::Shot& shot : shots) {
        const double at = seconds(shot.when);
        highest.push_back({at, static_cast<double>(shot.height_max)});
        median.push_back({at, static_cast<double>(shot.height_median)});
        lowest.push_back({at, static_cast<double>(shot.height_min)});
    }
    plot.line(lowest, "b", true);
    plot.line(highest, "c", true);
    plot.line(median, "a", true);
    return plot.svg() +
           "<div class=\"key\"><i style=\"background:var(--c)\"></i>highest"
           "<i style=\"background:var(--a)\"></i>median"
           "<i style=\"background:var(--b)\"></i>lowest</div>";
}

std::string connections_plot(const Report& report, const Pictures& pictures) {
    const auto& shots = pictures.shots();
    if (shots.size() < 2) return "";
    std::vector<Plot::Point> points;
    double most = 1;
    for (const Pictures::Shot& shot : shots) {
        const double hosts = std::max(1.0, static_cast<double>(shot.running));
        points.push_back({seconds(shot.when), 2.0 * shot.connections / hosts});
        most = std::max(most, points.back().y);
    }
    Plot plot(Axis::time("virtual time", report.simulated),
              Axis::linear("connections a host", 0, most));
    phases(plot, report, pictures);
    plot.line(points, "a");
    return plot.svg();
}

std::string degree_plot(const Pictures& pictures) {
    const auto& degrees = pictures.degrees();
    if (degrees.empty()) return "";
    const double most = *std::ranges::max_element(degrees);
    Plot plot(Axis::linear("connections", -0.5, static_cast<double>(degrees.size()) - 0.5),
              Axis::linear("hosts", 0, most));
    for (std::size_t i = 0; i < degrees.size(); ++i) {
        if (degrees[i] == 0) continue;
        plot.bar({static_cast<double>(i), static_cast<double>(degrees[i])}, 0.8, "a",
                 grouped(degrees[i]) + " hosts with " + std::to_string(i) + " connections");
    }
    return plot.svg();
}

std::string bytes_plot(const Report& report) {
    std::vector<std::pair<std::uint64_t, std::string>> messages;
    for (const auto& [name, bytes] : report.bytes_per_host)
        messages.emplace_back(bytes, name);
    if (messages.empty()) return "";
    std::ranges::sort(messages, std::ranges::greater{});
    messages.resize(std::min(messages.size(), kMessagesShown));
    std::vector<std::string> names;
    for (const auto& [bytes, name] : messages)
        names.push_back(name);
    const bool kilobytes = messages.front().first >= 10'000;
    const double unit = kilobytes ? 1'000 : 1;
    const double most = static_cast<double>(messages.front().first) / unit;
    Plot plot(Axis::linear(kilobytes ? "kilobytes a host" : "bytes a host", 0, most * 1.25),
              Axis::named("", names), static_cast<unsigned>(70 + 22 * names.size()));
    for (std::size_t i = 0; i < messages.size(); ++i) {
        const Plot::Point end{static_cast<double>(messages[i].first) / unit,
                              -static_cast<double>(i)};
        plot.lying_bar(0, end, "a", names[i] + ": " + bytes_text(messages[i].first));
        plot.word(end, bytes_text(messages[i].first));
    }
    return plot.svg();
}

std::string faults_plot(const Report& report, const Pictures& pictures) {
    if (pictures.faults().empty()) return "";
    std::vector<std::string> names;
    const auto row_of = [&](Fault::Kind kind) {
        const std::string name(to_string(kind));
        const auto at = std::ranges::find(names, name);
        if (at == names.end()) names.push_back(name);
        return static_cast<double>(std::ranges::find(names, name) - names.begin());
    };
    for (const Fault& fault : pictures.faults())
        row_of(fault.kind);
    Plot plot(Axis::time("virtual time", report.simulated), Axis::named("", names),
              static_cast<unsigned>(70 + 26 * names.size()), Plot::kWide);
    phases(plot, report, pictures);
    for (const Fault& fault : pictures.faults()) {
        const std::string title =
            "fault " + std::to_string(fault.number) + ": " + std::string(to_string(fault.kind)) +
            ", " + grouped(fault.hosts.size()) + " hosts, " + describe(fault.end - fault.begin);
        plot.lying_bar(seconds(fault.begin), {seconds(fault.end), -row_of(fault.kind)}, "b", title);
    }
    return plot.svg() +
           "<div class=\"key\"><i style=\"background:var(--fault)\"></i>faults are on"
           "<i style=\"background:var(--heal)\"></i>healing</div>";
}

}  // namespace starling::sim
