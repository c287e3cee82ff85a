#include "sim/report/html.h"

#include "sim/report/html_plots.h"
#include "sim/report/plot.h"
#include "sim/scenario/quantity.h"
#include "sim/scenario/scenario.h"

#include <algorithm>

namespace starling::sim {

namespace {

constexpr std::string_view kStyle = R"(
:root { color-scheme: light dark; --paper: #f7f8fa; --card: #fff; --ink: #1b2130; --soft: #5b6577;
  --grid: #e3e7ee; --axis: #9aa4b5; --a: #2463c9; --b: #c8560f; --c: #1d8356; --bad: #c02637;
  --fault: #c8560f22; --heal: #1d835618; }
@media (prefers-color-scheme: dark) { :root { --paper: #10131a; --card: #181d27; --ink: #e7eaf1;
  --soft: #a0aabb; --grid: #2a3140; --axis: #6b7689; --a: #74a9ff; --b: #ff9c61; --c: #5bd09a;
  --bad: #ff7482; --fault: #ff9c6122; --heal: #5bd09a18; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 28px 20px 60px; max-width: 1400px; background: var(--paper);
  color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 26px; margin: 0; } h2 { font-size: 16px; margin: 0 0 2px; }
p { margin: 0 0 10px; color: var(--soft); } code { font: 13px ui-monospace, monospace; }
.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(170px, 1fr)); gap: 12px;
  margin: 20px 0; }
.tile, section { background: var(--card); border: 1px solid var(--grid); border-radius: 8px; }
.tile { padding: 10px 14px; } .tile b { display: block; font-size: 20px; font-weight: 600; }
.tile span { color: var(--soft); font-size: 13px; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 560px), 1fr));
  gap: 16px; }
section { padding: 14px 16px; overflow-x: auto; }
section.wide { grid-column: 1 / -1; } section.bad { border-color: var(--bad); margin: 0 0 16px; }
svg { display: block; width: 100%; height: auto; } svg.map { max-width: 820px; margin: auto; }
text { fill: var(--ink); font: 12px system-ui, sans-serif; } text.label { fill: var(--soft); }
text.small { font-size: 11px; } text.end { text-anchor: end; } text.middle { text-anchor: middle; }
text.end.on, text.small { paint-order: stroke; stroke: var(--card); stroke-width: 3px; }
.grid { stroke: var(--grid); } .axis { stroke: var(--axis); } .flag { stroke-dasharray: 4 3; }
.line { fill: none; stroke-width: 2; stroke-linejoin: round; }
line.a, polyline.a { stroke: var(--a); } line.b, polyline.b { stroke: var(--b); }
line.c, polyline.c { stroke: var(--c); }
rect.a { fill: var(--a); } rect.b { fill: var(--b); } rect.c { fill: var(--c); }
rect.fault { fill: var(--fault); } rect.heal { fill: var(--heal); }
.edge { fill: none; stroke: var(--axis); stroke-width: 1; }
circle { stroke: var(--card); stroke-width: 1; fill: var(--a); }
circle.nat { fill: var(--card); stroke: var(--a); stroke-width: 2; }
circle.hostile { fill: var(--bad); } circle.gone { fill: var(--grid); stroke: var(--axis); }
.lit { stroke: var(--b); stroke-width: 2; opacity: 1 !important; }
.key { color: var(--soft); font-size: 13px; } .key i { display: inline-block; width: 11px;
  height: 11px; border-radius: 6px; margin: 0 5px 0 14px; }
table { border-collapse: collapse; font-size: 13px; } td { padding: 2px 22px 2px 0; }
td:first-child { color: var(--soft); } .columns { columns: 3 330px; }
)";

// Points out a host's connections while the pointer is on it.
constexpr std::string_view kScript = R"(
for (const dot of document.querySelectorAll("circle[data-n]")) {
  const edges = document.querySelectorAll(`.n${dot.dataset.n}`);
  dot.addEventListener("pointerenter", () => edges.forEach(e => e.classList.add("lit")));
  dot.addEventListener("pointerleave", () => edges.forEach(e => e.classList.remove("lit")));
}
)";

std::string tile(const std::string& value, const std::string& name) {
    return "<div class=\"tile\"><b>" + escaped(value) + "</b><span>" + escaped(name) +
           "</span></div>\n";
}

std::string of_half(const Quantiles& quantiles) {
    return quantiles.count == 0 ? "-" : describe(quantiles.p50);
}

std::string tiles(const Report& report) {
    const double real = static_cast<double>(std::max(report.real.elapsed, Span{1}).count());
    const double ratio = static_cast<double>(report.simulated.count()) / real;
    const double rate = static_cast<double>(report.events) / real * 1e6;
    std::uint64_t depth = 0;
    if (!report.reorganisations.empty()) depth = report.reorganisations.rbegin()->first;
    const double found = report.lookups == 0 ? 0
                                             : 100 * static_cast<double>(report.lookups_found) /
                                                   static_cast<double>(report.lookups);
    return "<div class=\"tiles\">\n" + tile(grouped(report.settings.nodes), "hosts") +
           tile(describe(report.simulated), "simulated") +
           tile(places_text(ratio, ratio < 10 ? 1 : 0) + " x", "real time") +
           tile(grouped(static_cast<std::uint64_t>(rate)), "events a second") +
           tile(bytes_text(report.real.memory_bytes), "memory") +
           tile(grouped(report.blocks), "blocks, " + grouped(report.stale_blocks) + " stale") +
           tile(of_half(report.block_to_half), "median block to half of the hosts") +
           tile(of_half(report.block_to_90), "median block to 90 %") +
           tile(of_half(report.block_to_99), "median block to 99 %") +
           tile(grouped(report.transactions), "transactions") +
           tile(of_half(report.transaction_to_90), "median transaction to 90 %") +
           tile(std::to_string(depth), "deepest reorganisation, in blocks") +
           tile(report.lookups == 0 ? "-" : places_text(found, 1) + " %",
                "of " + grouped(report.lookups) + " lookups found the nearest") +
           tile(places_text(report.connections_per_host, 1), "connections a host") + "</div>\n";
}

std::string violations(const Report& report) {
    std::string out;
    for (const Violation& violation : report.violations) {
        out += "<section class=\"bad\"><h2>Violated: " + escaped(violation.property) +
               "</h2><p>at " + describe(violation.when - Moment{});
        if (violation.host != kNoHost) out += ", host " + std::to_string(violation.host);
        out += "</p>" + escaped(violation.what) + "</section>\n";
    }
    return out;
}

std::string section(const std::string& title,
                    const std::string& note,
                    const std::string& body,
                    std::string_view css = "") {
    if (body.empty()) return "";
    return "<section class=\"" + std::string(css) + "\"><h2>" + escaped(title) + "</h2><p>" +
           escaped(note) + "</p>" + body + "</section>\n";
}

std::string settings_table(const Settings& settings) {
    std::string out = "<div class=\"columns\"><table>";
    for (const Setting& setting : all_settings()) {
        std::string name(setting.section);
        name += (name.empty() ? "" : ".") + std::string(setting.name);
        std::string unit;
        if (setting.kind == Setting::Kind::number && setting.values != "number")
            unit = " " + std::string(setting.values);
        out += "<tr><td>" + name + "</td><td>" + escaped(setting.write(settings) + unit) +
               "</td></tr>";
    }
    return out + "</table></div>";
}

std::string marks_table(const Report& report) {
    std::string out = "<div class=\"columns\"><table>";
    for (const auto& [mark, count] : report.marks)
        out += "<tr><td>" + escaped(mark) + "</td><td>" + grouped(count) + "</td></tr>";
    return out + "</table></div>";
}

std::string plots(const Report& report, const Pictures& pictures) {
    return "<div class=\"plots\">\n" +
           section("Blocks reach the hosts",
                   "share of arrivals at honest hosts, since the block was found",
                   arrivals_plot(pictures.block_arrivals(), "since the block was found")) +
           section("Transactions reach the hosts",
                   "share of arrivals in pools, since the transaction was made",
                   arrivals_plot(pictures.transaction_arrivals(), "since it was made")) +
           section("Tips", "height of the honest hosts' tips: highest, median, lowest",
                   tips_plot(report, pictures)) +
           section("Connections", "connections a running host, over time",
                   connections_plot(report, pictures)) +
           section("Degree", "honest hosts by the number of their connections, at the end",
                   degree_plot(pictures)) +
           section("Bytes by message", "sent by an honest host over the whole run",
                   bytes_plot(report)) +
           section("Faults", "what was done to the network, and when it was let alone",
                   faults_plot(report, pictures), "wide") +
           section("Overlay",
                   "hosts by node id around the ring, connections as chords; point at a host to "
                   "see its own",
                   map_plot(pictures), "wide") +
           "</div>\n";
}

}  // namespace

std::string to_html(const Report& report, const Pictures& pictures) {
    const std::string title = "starling-sim: " + grouped(report.settings.nodes) + " hosts, " +
                              describe(report.simulated) + ", seed " +
                              std::to_string(report.settings.seed);
    return "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
           "<meta name=\"viewport\" content=\"width=device-width\">\n<title>" +
           title + "</title>\n<style>" + std::string(kStyle) + "</style></head>\n<body>\n<h1>" +
           title + "</h1>\n<p><code>" + escaped(command_line(report.settings)) +
           "</code><br>version " STARLING_VERSION ", trace " + trace_hash_text(report.trace_hash) +
           "</p>\n" + violations(report) + tiles(report) + plots(report, pictures) + "<br>" +
           section("Settings", "as a scenario has them", settings_table(report.settings), "wide") +
           "<br>" + section("Marks", "what must happen sometimes", marks_table(report), "wide") +
           "<script>" + std::string(kScript) + "</script>\n</body></html>\n";
}

}  // namespace starling::sim
