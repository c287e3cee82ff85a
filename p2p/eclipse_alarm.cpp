#include "p2p/eclipse_alarm.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace starling::p2p {
namespace {

using namespace std::chrono_literals;

constexpr Duration kSettled = 5min;     // eight slots fill in half a minute
constexpr Duration kAnchorsFade = 24h;  // what the start showed says little a day later
constexpr std::uint64_t kNetgroupsMost = 60, kAnchorsMost = 30, kDensityMost = 70;
constexpr unsigned kDenseFrom = 200, kDenseFull = 500;  // percent of what is expected
constexpr std::size_t kNetgroupsFew = 4;
constexpr double kRatioMost = 1'000;  // past every mark, and a number that fits
// 12.5 * log10(e) a spacing, in thousandths: one decade of exp(-wait / spacing) is 12.5.
constexpr std::int64_t kTipPerSpacing = 5'429;
constexpr std::int64_t kSpacingsMost = 1'000;  // past any bound, short of any overflow

unsigned share(std::uint64_t part, std::uint64_t whole, std::uint64_t most) {
    return static_cast<unsigned>(most * std::min(part, whole) / whole);
}

std::string text_of(Duration duration) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(duration).count();
    if (seconds < 120) return std::to_string(seconds) + " seconds";
    if (seconds < 7'200) return std::to_string(seconds / 60) + " minutes";
    return std::to_string(seconds / 3'600) + " hours";
}

unsigned missing_netgroups(const EclipseSigns& signs) {
    const std::size_t wanted = signs.netgroups_wanted;
    if (signs.netgroups >= wanted) return 0;
    const unsigned percent = share(wanted - signs.netgroups, wanted, kNetgroupsMost);
    return signs.netgroups <= 1 ? std::max(percent, EclipseAlarm::kWatch) : percent;
}

EclipseTerm netgroups_of(const EclipseSigns& signs) {
    EclipseTerm term{.name = "netgroups", .percent = {}, .seen = {}};
    if (signs.one_machine) {
        term.seen = "not counted where nodes share a machine";
    } else if (signs.wanted == 0) {
        term.seen = "no peers are sought";
    } else {
        term.seen = std::to_string(signs.outbound) + " of " + std::to_string(signs.wanted) +
                    " peers, in " + std::to_string(signs.netgroups) + " of " +
                    std::to_string(signs.netgroups_wanted) + " netgroups";
        if (signs.looking >= kSettled) term.percent = missing_netgroups(signs);
    }
    return term;
}

EclipseTerm tip_of(const EclipseSigns& signs) {
    EclipseTerm term{.name = "tip", .percent = {}, .seen = {}};
    if (signs.one_machine) {
        term.seen = "no block is due where nodes share a machine";
    } else if (signs.spacing <= Duration{0}) {
        term.seen = "no block is due";
    } else if (signs.catching_up) {
        term.seen = "catching up";
    } else {
        term.seen = "no block for " + text_of(signs.quiet) + ", one in " + text_of(signs.spacing) +
                    " is expected";
        const Duration quiet = std::clamp(signs.quiet, Duration{0}, kSpacingsMost * signs.spacing);
        const std::int64_t spacings_1000 = 1'000 * quiet.count() / signs.spacing.count();
        const std::int64_t percent = spacings_1000 * kTipPerSpacing / 1'000'000;
        term.percent = static_cast<unsigned>(std::min<std::int64_t>(percent, 100));
    }
    return term;
}

EclipseTerm anchors_of(const EclipseSigns& signs) {
    EclipseTerm term{.name = "anchors", .percent = {}, .seen = "none from before"};
    if (signs.anchors_tried == 0) return term;
    const std::size_t lost =
        signs.anchors_tried - std::min(signs.anchors_kept, signs.anchors_tried);
    term.seen = std::to_string(lost) + " of " + std::to_string(signs.anchors_tried) + " lost";
    const unsigned full = share(lost, signs.anchors_tried, kAnchorsMost);
    const Duration left = kAnchorsFade - std::clamp(signs.up, Duration{0}, kAnchorsFade);
    term.percent = share(static_cast<std::uint64_t>(left.count()),
                         static_cast<std::uint64_t>(kAnchorsFade.count()), full);
    return term;
}

unsigned percent_of(double ratio) {
    return static_cast<unsigned>(100 * std::min(ratio, kRatioMost));
}

EclipseTerm density_of(const EclipseSigns& signs) {
    EclipseTerm term{.name = "density", .percent = {}, .seen = "too few nodes known to tell"};
    if (!signs.density.ratio) return term;
    const unsigned density = percent_of(*signs.density.ratio);
    term.seen = std::to_string(density) + "% of what is expected near our id";
    if (signs.density.inner_ratio)
        term.seen += ", " + std::to_string(percent_of(*signs.density.inner_ratio)) + "% next to it";
    const unsigned wide =
        share(std::max(density, kDenseFrom) - kDenseFrom, kDenseFull - kDenseFrom, kDensityMost);
    term.percent = signs.density.alarming ? std::max(wide, EclipseAlarm::kWatch) : wide;
    return term;
}

// Up from `up` on, down from `down` on: whether it holds now.
bool holds(bool before, unsigned gauge, unsigned up, unsigned down) {
    return before ? gauge > down : gauge >= up;
}

}  // namespace

std::size_t netgroups_wanted(std::size_t peers, std::size_t known) {
    return std::min(peers, std::max(known, kNetgroupsFew));
}

std::string_view to_string(EclipseLevel level) {
    switch (level) {
        case EclipseLevel::calm:
            return "calm";
        case EclipseLevel::watch:
            return "watch";
        case EclipseLevel::alarm:
            return "alarm";
    }
    assert(false && "a level without a word");
    return {};
}

std::string describe(const EclipseReport& report) {
    std::string text(to_string(report.level));
    text.append(", ").append(std::to_string(report.gauge)).append(" of 100");
    const char* before = ": ";
    for (const EclipseTerm& term : report.terms) {
        text.append(std::exchange(before, "; ")).append(term.name).append(" ");
        text.append(term.percent ? std::to_string(*term.percent) : "-");
        text.append(" (").append(term.seen).append(")");
    }
    return text;
}

EclipseReport eclipse_gauge(const EclipseSigns& signs) {
    EclipseReport report{
        .terms = {netgroups_of(signs), tip_of(signs), anchors_of(signs), density_of(signs)}};
    constexpr std::uint64_t kWhole = 100;
    std::uint64_t calm = 1, whole = 1;
    for (const EclipseTerm& term : report.terms) {
        calm *= kWhole - term.percent.value_or(0);
        whole *= kWhole;
    }
    // Rounded up, so that what is not wholly calm is not 0.
    report.gauge = static_cast<unsigned>((kWhole * (whole - calm) + whole - 1) / whole);
    return report;
}

EclipseReport EclipseAlarm::look(EclipseSigns signs, Time now) {
    const bool goes_on =
        looked_ && now >= *looked_ - kLooksApartMax && now <= *looked_ + kLooksApartMax;
    if (!goes_on) looking_since_ = now;
    looked_ = now;
    signs.looking = std::min(signs.looking, now - looking_since_);
    signs.quiet = std::min(signs.quiet, signs.looking);
    return judge(signs);
}

EclipseReport EclipseAlarm::judge(const EclipseSigns& signs) {
    EclipseReport report = eclipse_gauge(signs);
    report.before = level_;
    const bool alarm = holds(level_ == EclipseLevel::alarm, report.gauge, kAlarm, kAlarmEnds);
    const bool watch = holds(level_ != EclipseLevel::calm, report.gauge, kWatch, kWatchEnds);
    level_ = alarm ? EclipseLevel::alarm : watch ? EclipseLevel::watch : EclipseLevel::calm;
    report.level = level_;
    return report;
}

}  // namespace starling::p2p
