#include "sim/commands/shrink.h"

#include "sim/observer.h"
#include "sim/plan.h"
#include "sim/scenario/quantity.h"
#include "sim/scenario/setting.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace starling::sim {

namespace {

// A setting and the simplest that it can be, as a scenario would have it.
struct Simplest {
    std::string_view section, name, text;
};
constexpr std::array<Simplest, 28> kSimplest = {{
    {"", "wire", "false"},
    {"", "state", "automatic"},
    {"", "signatures", "assumed"},
    {"faults", "partitions", "0"},
    {"faults", "one-way-partitions", "0"},
    {"faults", "clogs", "0"},
    {"faults", "crashes", "0"},
    {"faults", "pauses", "0"},
    {"faults", "loss-bursts", "0"},
    {"churn", "model", "always-on"},
    {"churn", "session", "120"},
    {"churn", "gap", "20"},
    {"churn", "crash-share", "0"},
    {"load", "burst", "0"},
    {"load", "transactions-per-hour", "0"},
    {"load", "wallets", "0"},
    {"load", "block-interval", "0"},
    {"load", "miners", "1"},
    {"hosts", "clock-offset", "0"},
    {"hosts", "slow", "0"},
    {"hosts", "job-mean", "2"},
    {"internet", "loss", "0"},
    {"internet", "undialable", "0"},
    {"internet", "jitter", "0"},
    {"internet", "bandwidth", "100"},
    {"overlay", "discovery", "false"},
    {"overlay", "bootnodes", "1"},
    {"overlay", "joining", "0"},
}};

std::vector<std::uint32_t> faults_until(const Settings& settings, Moment end) {
    std::vector<std::uint32_t> out;
    for (const Fault& fault : draw_plan(settings).faults) {
        if (fault.begin <= end) out.push_back(fault.number);
    }
    return out;
}

// All but the `part`-th of `parts` pieces.
std::vector<std::uint32_t> without(const std::vector<std::uint32_t>& all,
                                   std::size_t part,
                                   std::size_t parts) {
    std::vector<std::uint32_t> out;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (i * parts / all.size() != part) out.push_back(all[i]);
    }
    return out;
}

}  // namespace

Settings Shrinking::smallest(const Settings& settings, const Failed& failed) {
    best_ = settings;
    failed_ = failed;
    // What was drawn stays as it is: a swarm of fewer hosts would be another draw.
    if (best_.swarm) {
        Settings fixed = best_;
        fixed.swarm = false;
        take(fixed, "drawn settings, given one by one");
    }
    for (bool better = true; better && attempts_ < attempts_max_;) {
        better = less_time();
        better = fewer_hosts() || better;
        better = fewer_hostile() || better;
        better = fewer_faults() || better;
        better = simpler() || better;
    }
    return best_;
}

bool Shrinking::take(const Settings& candidate, const std::string& what) {
    if (candidate == best_ || attempts_ >= attempts_max_ || fault_of(candidate)) return false;
    ++attempts_;
    const std::optional<Failed> failed = attempt_(candidate);
    if (!failed || failed->property != failed_.property) return false;
    best_ = candidate;
    failed_ = *failed;
    tell_(what + ": still fails, at " + describe(failed_.when - Moment{}));
    return true;
}

// Until the look after the failure; where that is no longer the same run, for phases are planned as
// a whole, until the end of the phases in which it is.
bool Shrinking::less_time() {
    const Span when = failed_.when - Moment{};
    const Span cycle = best_.faults.faulty + best_.faults.healing;
    for (const Span piece : {Span{Observer::kLookInterval}, cycle}) {
        if (piece == Span{0}) continue;
        Settings shorter = best_;
        shorter.duration = piece * (when / piece + 1);
        if (shorter.duration >= best_.duration) continue;
        if (take(shorter, describe(shorter.duration))) return true;
    }
    return false;
}

bool Shrinking::fewer_hosts() {
    bool better = false;
    // From brave to timid; after each success from there.
    for (const std::size_t quarters : {1U, 2U, 3U}) {
        Settings fewer = best_;
        fewer.nodes = best_.nodes * quarters / 4;
        better = take(fewer, "nodes " + grouped(fewer.nodes)) || better;
    }
    for (bool again = best_.nodes <= 16; again;) {
        Settings fewer = best_;
        --fewer.nodes;
        again = take(fewer, "nodes " + grouped(fewer.nodes));
        better = better || again;
    }
    return better;
}

bool Shrinking::fewer_hostile() {
    bool better = false;
    const std::map<std::string, std::size_t> all = best_.hostile;
    for (const auto& [name, count] : all) {
        Settings without_it = best_;
        without_it.hostile.erase(name);
        if (take(without_it, "nobody " + name)) {
            better = true;
            continue;
        }
        Settings one = best_;
        one.hostile[name] = 1;
        better = take(one, "one host " + name) || better;
    }
    return better;
}

bool Shrinking::fewer_faults() {
    if (!best_.faults.any()) return false;
    const std::size_t before = best_.only_faults ? best_.only_faults->size() : SIZE_MAX;
    std::vector<std::uint32_t> faults = faults_until(best_, failed_.when);
    const auto take_only = [&](std::vector<std::uint32_t> kept) {
        Settings fewer = best_;
        fewer.only_faults = kept;
        const std::string what = grouped(kept.size()) + " faults";
        if (!take(fewer, what)) return false;
        faults = std::move(kept);
        return true;
    };
    if (!best_.only_faults || faults.size() < best_.only_faults->size()) take_only(faults);
    for (std::size_t parts = 2; !faults.empty() && parts <= 2 * faults.size();) {
        const std::size_t pieces = std::min(parts, faults.size());
        bool smaller = false;
        for (std::size_t part = 0; part < pieces && !smaller; ++part)
            smaller = take_only(without(faults, part, pieces));
        if (smaller)
            parts = std::max<std::size_t>(2, pieces - 1);
        else if (pieces == faults.size())
            break;
        else
            parts *= 2;
    }
    return best_.only_faults && best_.only_faults->size() < before;
}

bool Shrinking::simpler() {
    bool better = false;
    for (const Simplest& simplest : kSimplest) {
        const Setting* setting = find_setting(simplest.section, simplest.name);
        Settings candidate = best_;
        if (!setting->read(candidate, simplest.text)) continue;
        const std::string what = std::string(setting->flag()) + " " + std::string(simplest.text);
        better = take(candidate, what) || better;
    }
    return better;
}

}  // namespace starling::sim
