#include "sim/report/plot.h"

#include "sim/scenario/quantity.h"

#include <algorithm>

namespace starling::sim {

namespace {

constexpr double kTop = 16, kBottom = 44, kRight = 26;
constexpr double kLetter = 6.6;  // width of one, about, at the page's size of labels

std::string text_at(double x, double y, std::string_view css, const std::string& text) {
    return "<text class=\"" + std::string(css) + "\" x=\"" + svg_number(x) + "\" y=\"" +
           svg_number(y) + "\">" + escaped(text) + "</text>";
}

std::string line_from(double x1, double y1, double x2, double y2, std::string_view css) {
    return "<line class=\"" + std::string(css) + "\" x1=\"" + svg_number(x1) + "\" y1=\"" +
           svg_number(y1) + "\" x2=\"" + svg_number(x2) + "\" y2=\"" + svg_number(y2) + "\"/>";
}

std::string box(double x, double y, double width, double height, std::string_view css) {
    return "<rect class=\"" + std::string(css) + "\" x=\"" + svg_number(x) + "\" y=\"" +
           svg_number(y) + "\" width=\"" + svg_number(std::max(width, 1.0)) + "\" height=\"" +
           svg_number(std::max(height, 0.5)) + "\">";
}

std::string titled(const std::string& title) {
    return "<title>" + escaped(title) + "</title></rect>";
}

}  // namespace

std::string svg_number(double value) {
    return places_text(value, 1);
}

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else if (c == '&')
            out += "&amp;";
        else if (c == '"')
            out += "&quot;";
        else
            out += c;
    }
    return out;
}

Plot::Plot(Axis x, Axis y, unsigned height, unsigned width)
    : x_(std::move(x)),
      y_(std::move(y)),
      height_(static_cast<double>(height)),
      width_(static_cast<double>(width)),
      left_(0) {
    std::size_t longest = 0;
    for (const Axis::Tick& tick : y_.ticks())
        longest = std::max(longest, tick.text.size());
    left_ = 34 + kLetter * static_cast<double>(longest);
}

double Plot::x_of(double value) const {
    return left_ + x_.place(value) * (width_ - left_ - kRight);
}

double Plot::y_of(double value) const {
    return height_ - kBottom - y_.place(value) * (height_ - kBottom - kTop);
}

void Plot::band(double from, double to, std::string_view css, const std::string& title) {
    inside_ +=
        box(x_of(from), kTop, x_of(to) - x_of(from), height_ - kBottom - kTop, css) + titled(title);
}

void Plot::line(const std::vector<Point>& points, std::string_view css, bool stepped) {
    std::string list;
    for (std::size_t i = 0; i < points.size(); ++i) {
        if (stepped && i > 0)
            list += svg_number(x_of(points[i].x)) + "," + svg_number(y_of(points[i - 1].y)) + " ";
        list += svg_number(x_of(points[i].x)) + "," + svg_number(y_of(points[i].y)) + " ";
    }
    inside_ += "<polyline class=\"line " + std::string(css) + "\" points=\"" + list + "\"/>";
}

void Plot::bar(Point point, double width, std::string_view css, const std::string& title) {
    const double left = x_of(point.x - width / 2), right = x_of(point.x + width / 2);
    const double top = y_of(point.y);
    inside_ += box(left, top, right - left, height_ - kBottom - top, css) + titled(title);
}

void Plot::lying_bar(double from, Point point, std::string_view css, const std::string& title) {
    const double top = y_of(point.y + 0.34), bottom = y_of(point.y - 0.34);
    inside_ += box(x_of(from), top, x_of(point.x) - x_of(from), bottom - top, css) + titled(title);
}

void Plot::flag(double x, const std::string& text, std::string_view css) {
    const double at = x_of(x);
    inside_ += line_from(at, kTop, at, height_ - kBottom, "flag " + std::string(css));
    const bool right = at > width_ - 90;
    inside_ += text_at(at + (right ? -4 : 4), kTop + 10, right ? "end small" : "small", text);
}

void Plot::word(Point point, const std::string& text) {
    const double at = x_of(point.x);
    const bool right = at > width_ - 80;
    inside_ += text_at(at + (right ? -5 : 5), y_of(point.y) + 4, right ? "end on" : "small", text);
}

std::string Plot::frame() const {
    std::string out;
    for (const Axis::Tick& tick : y_.ticks()) {
        const double y = height_ - kBottom - tick.at * (height_ - kBottom - kTop);
        out += line_from(left_, y, width_ - kRight, y, "grid");
        out += text_at(left_ - 7, y + 4, "end", tick.text);
    }
    for (const Axis::Tick& tick : x_.ticks()) {
        const double x = left_ + tick.at * (width_ - left_ - kRight);
        out += line_from(x, height_ - kBottom, x, height_ - kBottom + 5, "axis");
        out += text_at(x, height_ - kBottom + 19, "middle", tick.text);
    }
    out += line_from(left_, height_ - kBottom, width_ - kRight, height_ - kBottom, "axis");
    out += text_at((left_ + width_ - kRight) / 2, height_ - 7, "middle label", x_.label());
    const double middle = (height_ - kBottom + kTop) / 2;
    out += "<text class=\"middle label\" transform=\"translate(13," + svg_number(middle) +
           ") rotate(-90)\">" + escaped(y_.label()) + "</text>";
    return out;
}

std::string Plot::svg() const {
    return "<svg viewBox=\"0 0 " + svg_number(width_) + " " + svg_number(height_) +
           "\" role=\"img\">" + frame() + inside_ + "</svg>\n";
}

}  // namespace starling::sim
