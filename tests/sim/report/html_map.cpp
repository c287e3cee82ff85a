#include "sim/report/html_plots.h"
#include "sim/report/plot.h"
#include "sim/scenario/quantity.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace starling::sim {

namespace {

constexpr double kSide = 700, kMiddle = kSide / 2, kRadius = kMiddle - 30;

struct Place {
    double x = 0, y = 0;
};

// Angle 0 on top, clockwise.
Place on_ring(double share, double radius) {
    const double angle = share * 2 * std::numbers::pi;
    return {kMiddle + radius * std::sin(angle), kMiddle - radius * std::cos(angle)};
}

std::string_view css_of(const Pictures::Dot& dot) {
    if (!dot.running) return "gone";
    if (!dot.honest) return "hostile";
    return dot.open ? "open" : "nat";
}

std::string title_of(const Pictures::Dot& dot) {
    std::string out = "host " + std::to_string(dot.host) + ", region " +
                      std::to_string(dot.region) + ", " + grouped(dot.degree) + " connections";
    if (!dot.open) out += ", behind a NAT";
    if (!dot.honest) out += ", hostile";
    if (!dot.running) out += ", not running";
    return out;
}

// Bent towards the middle, so that neighbours' chords do not hide the ring.
std::string chord(const Place& from, const Place& to, const Pictures::Edge& edge) {
    return "<path class=\"edge n" + std::to_string(edge.from) + " n" + std::to_string(edge.to) +
           "\" d=\"M" + svg_number(from.x) + " " + svg_number(from.y) + "Q" +
           svg_number((from.x + to.x) / 4 + kMiddle / 2) + " " +
           svg_number((from.y + to.y) / 4 + kMiddle / 2) + " " + svg_number(to.x) + " " +
           svg_number(to.y) + "\"/>";
}

}  // namespace

std::string map_plot(const Pictures& pictures) {
    const auto& dots = pictures.dots();
    if (dots.empty()) return "";
    // Hosts are many on the ring: with more of them smaller dots in two rows, paler chords.
    const double size = dots.size() > 300 ? 3 : dots.size() > 60 ? 4.5 : 7;
    const double edges = static_cast<double>(std::max<std::size_t>(pictures.edges().size(), 1));
    const double opacity = std::clamp(60 / edges, 0.09, 0.7);
    std::vector<Place> places;
    for (std::size_t i = 0; i < dots.size(); ++i)
        places.push_back(
            on_ring(dots[i].angle, kRadius - (dots.size() > 300 && i % 2 == 1 ? 8 : 0)));
    std::string out =
        "<svg class=\"map\" viewBox=\"0 0 " + svg_number(kSide) + " " + svg_number(kSide) +
        "\" role=\"img\"><style>.edge{opacity:" + places_text(opacity, 2) + "}</style><g>";
    for (const Pictures::Edge& edge : pictures.edges())
        out += chord(places[edge.from], places[edge.to], edge);
    out += "</g>";
    for (std::size_t i = 0; i < dots.size(); ++i) {
        out += "<circle class=\"" + std::string(css_of(dots[i])) + "\" data-n=\"" +
               std::to_string(i) + "\" cx=\"" + svg_number(places[i].x) + "\" cy=\"" +
               svg_number(places[i].y) + "\" r=\"" + svg_number(size) + "\"><title>" +
               title_of(dots[i]) + "</title></circle>";
        if (dots.size() > 60) continue;
        const Place at = on_ring(dots[i].angle, kRadius + 19);
        out += "<text class=\"middle small\" x=\"" + svg_number(at.x) + "\" y=\"" +
               svg_number(at.y + 4) + "\">" + std::to_string(dots[i].host) + "</text>";
    }
    return out +
           "</svg>\n<div class=\"key\"><i style=\"background:var(--a)\"></i>open"
           "<i style=\"border:2px solid var(--a)\"></i>behind a NAT"
           "<i style=\"background:var(--bad)\"></i>hostile"
           "<i style=\"background:var(--grid)\"></i>not running</div>";
}

}  // namespace starling::sim
