#pragma once

#include "sim/engine/moment.h"

#include <string>
#include <string_view>
#include <vector>

namespace starling::sim {

// One direction of a plot: where values lie between 0 and 1, and what is written there.
class Axis {
public:
    struct Tick {
        double at = 0;
        std::string text;
    };

    static Axis linear(std::string label, double from, double to, std::string_view unit = "");
    static Axis time(std::string label, Span end);  // values in seconds since the beginning
    static Axis logarithmic(std::string label, Span from, Span to);  // values in seconds
    // The i-th from the top lies at -i.
    static Axis named(std::string label, const std::vector<std::string>& names);

    [[nodiscard]] double place(double value) const;
    [[nodiscard]] const std::vector<Tick>& ticks() const { return ticks_; }
    [[nodiscard]] const std::string& label() const { return label_; }

private:
    Axis(std::string label, double from, double to, bool logarithmic)
        : label_(std::move(label)), from_(from), to_(to), logarithmic_(logarithmic) {}
    void mark(double value, std::string text);

    std::string label_;
    double from_ = 0, to_ = 1;
    bool logarithmic_ = false;
    std::vector<Tick> ticks_;
};

// A plot as SVG, in the classes of the page's style: its colours are the page's.
class Plot {
public:
    struct Point {
        double x = 0, y = 0;
    };

    Plot(Axis x, Axis y, unsigned height = 300, unsigned width = kWidth);

    void band(double from, double to, std::string_view css, const std::string& title);
    void line(const std::vector<Point>& points, std::string_view css, bool stepped = false);
    // Upright, from the bottom up to `point`; lying, from `from` to it.
    void bar(Point point, double width, std::string_view css, const std::string& title);
    void lying_bar(double from, Point point, std::string_view css, const std::string& title);
    // A dashed line up from the axis of x, with a word at its top.
    void flag(double x, const std::string& text, std::string_view css);
    void word(Point point, const std::string& text);
    [[nodiscard]] std::string svg() const;

    // At these widths its letters are as large as the page's, in one column or over all.
    static constexpr unsigned kWidth = 640, kWide = 1'280;

private:
    [[nodiscard]] double x_of(double value) const;
    [[nodiscard]] double y_of(double value) const;
    [[nodiscard]] std::string frame() const;

    Axis x_, y_;
    double height_, width_, left_;
    std::string inside_;
};

// A number for an attribute: one decimal place.
std::string svg_number(double value);
// Text with what HTML takes for its own made harmless.
std::string escaped(std::string_view text);

}  // namespace starling::sim
