#include "sim/report/plot.h"
#include "sim/scenario/quantity.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace starling::sim {

namespace {

constexpr double kTicksMax = 8;

// 1, 2 or 5 times a power of ten, so that there are at most kTicksMax of them. Not less than 1: all
// that is drawn so is counted.
double step_for(double range) {
    double step = std::pow(10, std::floor(std::log10(std::max(range / kTicksMax, 1.0))));
    for (const double times : {1.0, 2.0, 5.0, 10.0}) {
        if (range / (step * times) <= kTicksMax) return step * times;
    }
    return step * 20;
}

// In seconds; what people divide hours by.
constexpr std::array<double, 18> kTimeSteps = {1,     5,     10,    30,     60,     120,
                                               300,   600,   900,   1800,   3600,   7200,
                                               14400, 28800, 86400, 172800, 864000, 8640000};

std::string clock_text(double seconds, double step) {
    const auto whole = static_cast<long long>(seconds + 0.5);
    if (whole == 0) return "0";
    if (step >= 86'400) return std::to_string(whole / 86'400) + " d";
    if (step >= 3'600) return std::to_string(whole / 3'600) + " h";
    if (step >= 60) return std::to_string(whole / 60) + " min";
    return std::to_string(whole) + " s";
}

}  // namespace

void Axis::mark(double value, std::string text) {
    ticks_.push_back({place(value), std::move(text)});
}

double Axis::place(double value) const {
    if (logarithmic_) {
        const double least = std::max(value, from_);
        return std::min(1.0, std::log(least / from_) / std::log(to_ / from_));
    }
    return std::clamp((value - from_) / (to_ - from_), 0.0, 1.0);
}

Axis Axis::linear(std::string label, double from, double to, std::string_view unit) {
    const double step = step_for(to - from);
    Axis axis(std::move(label), from, std::max(to, from + step), false);
    for (double value = std::ceil(from / step) * step; value <= to + step / 1'000; value += step)
        axis.mark(value, grouped(static_cast<std::uint64_t>(value + 0.5)) + std::string(unit));
    return axis;
}

Axis Axis::time(std::string label, Span end) {
    const double seconds = std::max(1.0, static_cast<double>(end.count()) / 1e6);
    Axis axis(std::move(label), 0, seconds, false);
    double step = kTimeSteps.back();
    for (const double known : kTimeSteps) {
        if (seconds / known > kTicksMax) continue;
        step = known;
        break;
    }
    for (double value = 0; value <= seconds; value += step)
        axis.mark(value, clock_text(value, step));
    return axis;
}

Axis Axis::logarithmic(std::string label, Span from, Span to) {
    const double least = static_cast<double>(from.count()) / 1e6;
    Axis axis(std::move(label), least, std::max(static_cast<double>(to.count()) / 1e6, least * 10),
              true);
    for (double value = 1e-3; value <= axis.to_ * 1.001 && value < 1e7; value *= 10) {
        if (value < least * 0.999) continue;
        axis.mark(value, describe(Span{std::llround(value * 1e6)}));
    }
    return axis;
}

Axis Axis::named(std::string label, const std::vector<std::string>& names) {
    // The first on top, where reading begins; a plot's y goes up.
    Axis axis(std::move(label), 0.4 - static_cast<double>(names.size()), 0.6, false);
    for (std::size_t i = 0; i < names.size(); ++i)
        axis.mark(-static_cast<double>(i), names[i]);
    return axis;
}

}  // namespace starling::sim
