// A victim's restart, and how long it is surrounded.

#include "consensus/parameters.h"
#include "p2p/eclipse_alarm.h"
#include "p2p/tip_watch.h"
#include "sim/attack/surrounded_alarm.h"
#include "sim/attack/victim.h"

#include <algorithm>
#include <chrono>
#include <set>

namespace starling::sim {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t kExtraPeersMax = 10'000;
constexpr Duration kLookMax = 24h;
constexpr Duration kStaleTipCheck = 10min;  // both rules'

// By our rules, after a restart without a block: when the tip is found to be stale.
Duration our_stale_tip() {
    const p2p::Limits limits;
    p2p::TipWatch watch(testnet(), limits);
    watch.open(Time{});
    Duration up{0};
    while (up < kLookMax && !watch.handle_timer(Time{} + up, false))
        up += SurroundedAlarm::kLook;
    return up;
}

// By Core's: CheckForStaleTipAndEvictPeers runs each 45 seconds; its first look starts the clock of
// the tip, the next ones follow by the first run more than 10 minutes later, and the tip is stale
// when it is older than three spacings: the runs at 675, 1,305 and 1,935 seconds see 630, 1,260 and
// 1,890.
constexpr Duration kCoreStaleTip = 1'935s;

}  // namespace

Restarted Victim::restart(const std::vector<Index>& anchors) {
    const std::unique_ptr<AddressBook> book = book_->copy();
    Restarted out;
    Filled filled(slots_.size());
    dial_anchors(*book, anchors, filled, out);
    fill(*book, filled);
    count(filled, out);
    if (!out.surrounded()) return out;
    std::vector<Index> peers;
    for (const std::optional<Index>& peer : filled) {
        if (peer) peers.push_back(*peer);
    }
    out.detected = time_to_detect(out, peers);
    out.recovered = time_to_recover(*book, peers);
    return out;
}

// Each once, in their order, while a block-only slot is free.
void Victim::dial_anchors(AddressBook& book,
                          const std::vector<Index>& anchors,
                          Filled& filled,
                          Restarted& out) {
    std::size_t slot = rules_.full_relay;
    for (const Index anchor : anchors) {
        if (slot == filled.size()) return;
        ++out.anchors_tried;
        if (!dialled(book, anchor, now_)) continue;
        ++out.anchors_kept;
        filled[slot++] = anchor;
    }
}

void Victim::fill(AddressBook& book, Filled& filled) {
    std::vector<Index> peers;
    for (const std::optional<Index>& peer : filled) {
        if (peer) peers.push_back(*peer);
    }
    Time now = now_;
    std::size_t dials = 0;
    for (std::size_t i = 0; i < filled.size(); ++i) {
        for (; !filled[i] && dials < kDialsMax; ++dials) {
            now += kDialTime;
            const std::optional<Index> node = book.select(i, peers, now);
            if (!node || !dialled(book, *node, now)) continue;
            filled[i] = node;
            peers.push_back(*node);
        }
    }
}

void Victim::count(const Filled& filled, Restarted& out) const {
    for (std::size_t i = 0; i < filled.size(); ++i) {
        if (!filled[i]) continue;
        const std::size_t hostile = population_.is_hostile(*filled[i]) ? 1 : 0;
        ++out.outbound;
        out.hostile_outbound += hostile;
        out.full_relay += i < rules_.full_relay ? 1u : 0u;
        out.hostile_full_relay += i < rules_.full_relay ? hostile : 0;
    }
}

// Ours: the eclipse alarm, by what it is shown of these peers. Core has the stale tip alone.
Duration Victim::time_to_detect(const Restarted& restarted, const std::vector<Index>& peers) const {
    if (!rules_.ours) return kCoreStaleTip;
    std::set<std::uint32_t> groups;
    for (const Index peer : peers)
        groups.insert(population_.group(peer));
    p2p::EclipseSigns signs;
    signs.outbound = peers.size();
    signs.netgroups = groups.size();
    signs.wanted = signs.netgroups_wanted = rules_.outbound();
    signs.anchors_tried = restarted.anchors_tried;
    signs.anchors_kept = restarted.anchors_kept;
    SurroundedAlarm alarm;
    for (Duration up{0}; up < kLookMax && !alarm.rang(); up += SurroundedAlarm::kLook)
        alarm.look(signs, up);
    return alarm.rang().value_or(kLookMax);
}

// Of two ways the faster: an extra block-only peer every five minutes, dialled once and kept if it
// knows a better chain; and once the tip is stale, and with every check after that, an extra
// full-relay peer, dialled until one answers.
Duration Victim::time_to_recover(AddressBook& book, const std::vector<Index>& peers) {
    Duration extra = drawn(kExtraMean), check = rules_.ours ? our_stale_tip() : kCoreStaleTip;
    for (std::size_t i = 0; i < kExtraPeersMax; ++i) {
        const bool stale = check <= extra;
        Duration& event = stale ? check : extra;
        const std::size_t dials_max = stale ? 100 : 1;
        std::optional<Index> found;
        for (std::size_t dials = 0; dials < dials_max && !found; ++dials) {
            const Time now = now_ + event + kDialTime * static_cast<int>(dials);
            const std::optional<Index> node = book.select(slots_.size(), peers, now);
            if (node && dialled(book, *node, now)) found = node;
        }
        if (found && !population_.is_hostile(*found)) return event;
        event += stale ? kStaleTipCheck : drawn(kExtraMean);
    }
    return extra;
}

}  // namespace starling::sim
