#include "sim/attack/table.h"

#include "node/rpc/json_writer.h"

#include <algorithm>
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

std::string text_of(const Figure& figure) {
    switch (figure.kind) {
        case Figure::Kind::share: {
            if (figure.of == 0) return "-";
            const auto [low, high] = wilson(figure.count, figure.of);
            const double part = static_cast<double>(figure.count) / static_cast<double>(figure.of);
            return percent(part) + " % (" + percent(low) + "-" + percent(high) + ")";
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
