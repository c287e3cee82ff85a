#include "p2p/discovery/bootstrap.h"

#include "p2p/earliest.h"

#include <algorithm>

namespace starling::p2p::discv5 {
namespace {

// Remembered nodes are asked this many at a time: most are gone after a long absence, and few
// that answer are enough.
constexpr std::size_t kAtOnce = 8;
// A remembered node that was silent so often is gone, unless we are alone: then so may be we.
constexpr unsigned kAttempts = 4;

}  // namespace

void Bootstrap::open(const std::vector<Shared<Record>>& remembered,
                     const std::vector<std::vector<Shared<Record>>>& given,
                     Time now) {
    const Duration wait = limits_.request_timeout;
    const std::size_t most = limits_.bootstrap_nodes_max / 2;
    for (std::size_t i = 0; i < std::min(most, remembered.size()); ++i) {
        const auto turn = static_cast<Duration::rep>(i / kAtOnce);
        targets_.push_back({remembered[i], Origin::saved, 0, now + turn * wait / 2, 2 * wait});
    }
    const Time first = remembered.empty() ? now : now + 2 * wait;
    std::size_t room = most;
    // One of each source before the second of any.
    for (std::size_t i = 0; i < most && room > 0; ++i) {
        for (std::size_t source = 0; source < given.size() && room > 0; ++source) {
            if (i >= given[source].size()) continue;
            targets_.push_back({given[source][i], Origin::bootstrap, source + 1, first, 2 * wait});
            --room;
        }
    }
    answered_.assign(given.size() + 1, false);
    const std::size_t sources = given.size() + (remembered.empty() ? 0 : 1);
    more_sources_ = sources > 1 ? std::min(sources, kSources) : 0;
    schedule();
}

void Bootstrap::answered(const NodeId& id) {
    if (more_sources_ == 0) return;
    for (const Target& target : targets_) {
        if (target.record->id() != id || answered_[target.source]) continue;
        answered_[target.source] = true;
        if (--more_sources_ == 0) return;
    }
}

// Though the table is not poor: too few sources spoke, and this one has not yet.
bool Bootstrap::wanted(const Target& target) const {
    return more_sources_ > 0 && !answered_[target.source] && target.attempts < kAttempts;
}

std::vector<Sighting> Bootstrap::due(const Table& table, Time now) {
    std::vector<Sighting> out;
    if (!next_ || *next_ > now) return out;
    const bool poor = table.size() < limits_.bucket_nodes;
    const bool alone = !table.has_live();
    for (Target& target : targets_) {
        if (target.next > now) continue;
        const bool gone = target.origin == Origin::saved && target.attempts >= kAttempts;
        const bool asked = (poor && !(gone && !alone)) || wanted(target);
        if (!asked || table.find(target.record->id()) != nullptr) {
            target.next = now + pace_.retry_max;
            continue;
        }
        ++target.attempts;
        target.next = now + (alone ? std::min(target.wait, pace_.retry_alone_max) : target.wait);
        target.wait = std::min(2 * target.wait, pace_.retry_max);
        if (const auto udp = target.record->udp())
            out.push_back({target.record, target.origin, *udp});
    }
    schedule();
    return out;
}

void Bootstrap::left_alone(Time now) {
    for (Target& target : targets_) {
        target.next = std::min(target.next, now);
        target.wait = 2 * limits_.request_timeout;
    }
    schedule();
}

void Bootstrap::schedule() {
    next_.reset();
    for (const Target& target : targets_)
        next_ = earliest(next_, target.next);
}

}  // namespace starling::p2p::discv5
