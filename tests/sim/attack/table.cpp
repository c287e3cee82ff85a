#include "sim/attack/table.h"

#include "node/rpc/json_writer.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <string_view>
#include <vector>

namespace starling::sim {

namespace {

// "41.7 %"; more digits where a share is small, for 0.1 % and 0.01 % are worlds apart.
std::string percent(double part) {
    const double hundredths = part * 100;
    char text[32];
    std::snprintf(text, sizeof text, hundredths != 0 && hundredths < 1 ? "%.2f" : "%.1f",
                  hundredths);
    return text;
}

std::string text_of(Span span) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(span).count();
    if (seconds < 120) return std::to_string(seconds) + " s";
    if (seconds < 120 * 60) return std::to_string((seconds + 30) / 60) + " min";
    return std::to_string((seconds + 1'800) / 3'600) + " h";
}

std::string interval_text(std::pair<double, double> interval) {
    return percent(interval.first) + "-" + percent(interval.second);
}

std::string text_of(const Figure& figure) {
    switch (figure.kind) {
        case Figure::Kind::share: {
            if (figure.of == 0) return "-";
            const double part = static_cast<double>(figure.count) / static_cast<double>(figure.of);
            return percent(part) + " % (" + interval_text(wilson(figure.count, figure.of)) + ")";
        }
        case Figure::Kind::mean: {
            const MeanShare mean = mean_of(figure.parts);
            return percent(mean.mean) + " %" +
                   (mean.interval ? " (" + interval_text(*mean.interval) + ")" : "");
        }
        case Figure::Kind::span:
            return text_of(figure.span);
        case Figure::Kind::count:
            return std::to_string(figure.count);
        case Figure::Kind::absent:
            break;
    }
    return figure.why;
}

using Cells = std::vector<std::string>;

std::string line_of(const Cells& cells, const std::vector<std::size_t>& widths) {
    std::string out = "|";
    for (std::size_t i = 0; i < cells.size(); ++i)
        out += " " + cells[i] + std::string(widths[i] - cells[i].size(), ' ') + " |";
    return out + "\n";
}

void add(rpc::JsonWriter& json, const Figure& figure) {
    json.begin_object();
    json.field("name", figure.name);
    switch (figure.kind) {
        case Figure::Kind::share: {
            const auto [low, high] = wilson(figure.count, figure.of);
            json.field("count", figure.count).field("of", figure.of);
            json.field("low", low).field("high", high);
            break;
        }
        case Figure::Kind::mean: {
            const MeanShare mean = mean_of(figure.parts);
            json.field("mean", mean.mean).field("tables", std::uint64_t{figure.parts.size()});
            if (mean.interval)
                json.field("low", mean.interval->first).field("high", mean.interval->second);
            break;
        }
        case Figure::Kind::span:
            json.field("microseconds", figure.span.count());
            break;
        case Figure::Kind::count:
            json.field("count", figure.count);
            break;
        case Figure::Kind::absent:
            json.field("why", figure.why);
            break;
    }
    json.end_object();
}

// Student's t that 2.5 % exceed, with so many degrees of freedom; past the table a fit that is
// right to the second decimal.
double student(std::size_t freedom) {
    constexpr std::array kQuantiles{12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365,
                                    2.306,  2.262, 2.228, 2.201, 2.179, 2.160, 2.145,
                                    2.131,  2.120, 2.110, 2.101, 2.093, 2.086};
    if (freedom <= kQuantiles.size()) return kQuantiles[freedom - 1];
    return 1.96 + 2.5 / static_cast<double>(freedom);
}

}  // namespace

std::pair<double, double> wilson(std::uint64_t count, std::uint64_t of) {
    if (of == 0) return {0, 1};
    const double z = 1.96, n = static_cast<double>(of);
    const double p = static_cast<double>(count) / n;
    const double scale = 1 + z * z / n;
    const double middle = (p + z * z / (2 * n)) / scale;
    const double half = z / scale * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
    return {count == 0 ? 0 : std::max(0.0, middle - half),
            count == of ? 1 : std::min(1.0, middle + half)};
}

MeanShare mean_of(std::span<const double> parts) {
    if (parts.empty()) return {};
    const double n = static_cast<double>(parts.size());
    MeanShare out;
    for (const double part : parts)
        out.mean += part / n;
    if (parts.size() == 1) return out;
    double squares = 0;
    for (const double part : parts)
        squares += (part - out.mean) * (part - out.mean);
    const double half = student(parts.size() - 1) * std::sqrt(squares / (n - 1) / n);
    out.interval = {std::max(0.0, out.mean - half), std::min(1.0, out.mean + half)};
    return out;
}

std::string attack_text(std::span<const AttackRow> rows) {
    if (rows.empty()) return "no rows\n";
    std::vector<Cells> lines{{"setting", "rules"}};
    for (const Figure& figure : rows.front().figures)
        lines.front().push_back(figure.name);
    for (const AttackRow& row : rows) {
        lines.push_back({row.setting, row.rules});
        for (const Figure& figure : row.figures)
            lines.back().push_back(text_of(figure));
        lines.back().resize(lines.front().size());
    }
    std::vector<std::size_t> widths(lines.front().size(), 3);
    for (const Cells& cells : lines) {
        for (std::size_t i = 0; i < cells.size(); ++i)
            widths[i] = std::max(widths[i], cells[i].size());
    }
    std::string out = line_of(lines.front(), widths) + "|";
    for (const std::size_t width : widths)
        out += std::string(width + 2, '-') + "|";
    out += "\n";
    for (std::size_t i = 1; i < lines.size(); ++i)
        out += line_of(lines[i], widths);
    return out;
}

std::string attack_json(const Attack& attack,
                        const AttackOptions& options,
                        std::span<const AttackRow> rows) {
    rpc::JsonWriter json;
    json.begin_object();
    json.field("attack", attack.name).field("seed", options.seed);
    json.field("thinned", options.thinned);
    json.field("group_first_share", std::uint64_t{options.group_first_share});
    json.field("fast_attacker", options.fast_attacker);
    json.field("tables", options.tables).field("restarts", options.restarts);
    json.key("rows").begin_array();
    for (const AttackRow& row : rows) {
        json.begin_object().field("setting", row.setting).field("rules", row.rules);
        json.key("figures").begin_array();
        for (const Figure& figure : row.figures)
            add(json, figure);
        json.end_array().end_object();
    }
    json.end_array().end_object();
    return json.take();
}

}  // namespace starling::sim
