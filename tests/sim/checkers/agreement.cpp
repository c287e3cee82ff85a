#include "sim/checkers/agreement.h"

#include <algorithm>
#include <set>

namespace starling::sim {

Agreement::Agreement(const Plan& plan, const Events& events) : plan_(plan), events_(events) {}

void Agreement::block_mined(HostIndex host, const Shared<CheckedBlock>&) {
    if (open_) found_.push_back({events_.now(), even_ && plan_.hosts[host].honest()});
}

void Agreement::phase(const Phase& phase, bool begins) {
    if (phase.kind != Phase::Kind::healing) return;
    if (begins) {
        open(events_.now());
    } else if (open_) {
        close(events_.now());
    }
}

void Agreement::look(const World& world) {
    const Moment end = Moment{} + plan_.settings.duration;
    // Not before all have joined, and had as long again to catch up.
    const Moment quiet = end - kQuiet;
    if (plan_.phases.empty() && !open_ && !closed_ && world.now() >= quiet &&
        quiet >= Moment{} + plan_.settings.overlay.joining + kQuiet)
        open(world.now());
    if (!open_) return;
    std::vector<Standing> standings;
    for (const HostIndex host : world.honest()) {
        const HeaderNode* tip = world.host(host).tip();
        standings.push_back({host, tip->hash, tip->work});
    }
    looked(world.now(), standings);
    if (world.now() >= end) close(world.now());
}

void Agreement::looked(Moment, const std::vector<Standing>& standings) {
    last_ = standings;
    if (standings.empty()) return;
    const Standing& first = standings.front();
    even_ = even_ || std::ranges::all_of(standings, [&](const Standing& other) {
                return other.work == first.work;
            });
    one_ = one_ || std::ranges::all_of(
                       standings, [&](const Standing& other) { return other.tip == first.tip; });
}

void Agreement::open(Moment when) {
    open_ = when;
    even_ = one_ = false;
    found_.clear();
    last_.clear();
}

void Agreement::close(Moment when) {
    const Moment since = *open_;
    open_.reset();
    closed_ = true;
    if (last_.size() < 2 || one_ || (even_ && !lone_block(when))) return;
    std::set<BlockHash> tips;
    for (const Standing& standing : last_)
        tips.insert(standing.tip);
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(when - since);
    violated(when, last_.front().host,
             std::to_string(last_.size()) + " honest hosts were never at one tip in " +
                 std::to_string(seconds.count()) + " seconds of healing; at the end they have " +
                 std::to_string(tips.size()) + " tips" +
                 (even_ ? "" : ", and never had equal work"));
}

bool Agreement::lone_block(Moment end) const {
    for (std::size_t i = 0; i < found_.size(); ++i) {
        if (!found_[i].decides) continue;
        const bool before = i == 0 || found_[i].when - found_[i - 1].when > kSpread;
        const Moment next = i + 1 < found_.size() ? found_[i + 1].when : end;
        if (before && next - found_[i].when > kSpread) return true;
    }
    return false;
}

}  // namespace starling::sim
