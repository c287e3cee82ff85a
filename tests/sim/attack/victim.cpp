#include "sim/attack/victim.h"

#include <algorithm>
#include <chrono>

namespace starling::sim {

namespace {

using namespace std::chrono_literals;

constexpr Duration kHonestInterval =
    Duration{std::chrono::hours{1}} / Victim::kHonestAddressesPerHour;
// Bitcoin Core's, and ours: net.cpp, net_processing.cpp.
constexpr Duration kExtraPeerMean = 5min;
constexpr Duration kTipIsStale = 30min, kStaleTipCheck = 10min;
constexpr std::size_t kExtraPeersMax = 10'000;

}  // namespace

Victim::Victim(const Population& population,
               const VictimRules& rules,
               std::uint64_t seed,
               std::size_t thinned)
    : population_(population),
      rules_(rules),
      hostile_interval_(kHostileInterval * static_cast<std::int64_t>(thinned)),
      random_(stream_of(seed, "victim")),
      book_(rules.make(rules, population, random_)),
      slots_(rules.outbound()),
      now_(Time{} + std::chrono::hours{24 * 365 * 50}) {
    begin();
}

void Victim::begin() {
    const auto honest = [&] { return static_cast<Index>(random_.below(population_.honest())); };
    for (std::size_t i = 0; i < kHonestInbound; ++i)
        inbound_.push_back(honest());
    for (std::size_t i = 0; i < kHostileConnections && population_.hostile() > 0; ++i) {
        hostile_sources_.push_back(population_.first_hostile() +
                                   static_cast<Index>(random_.below(population_.hostile())));
    }
    for (std::size_t i = 0; i < kBootstrap; ++i) {
        const Index node = honest();
        book_->add(node, inbound_[i % 3], now_, now_);
    }
    keep_connected();
}

void Victim::live(Duration duration, bool flooded) {
    for (const Time end = now_ + duration; now_ < end;) {
        const Duration step = drawn(kFeelerMean);
        now_ += step;
        for (honest_owed_ += step; honest_owed_ >= kHonestInterval; honest_owed_ -= kHonestInterval)
            hear_honest();
        if (flooded) {
            hostile_owed_ += step;
            for (; hostile_owed_ >= hostile_interval_; hostile_owed_ -= hostile_interval_)
                hear_hostile();
        }
        feel();
        keep_connected();
    }
}

void Victim::hear_honest() {
    const Index source = honest_source();
    const std::size_t honest = population_.honest();
    if (chance(random_, kStaleShare)) {
        const Index node =
            static_cast<Index>(honest + random_.below(population_.first_hostile() - honest));
        const auto days = static_cast<int>(random_.below(20));
        return book_->add(node, source, now_ - std::chrono::hours{24 * (1 + days)}, now_);
    }
    const Index node = static_cast<Index>(random_.below(honest));
    const auto minutes = static_cast<int>(random_.below(24 * 60));
    book_->add(node, source, now_ - std::chrono::minutes{minutes}, now_);
}

void Victim::hear_hostile() {
    const Index source = hostile_sources_[random_.below(hostile_sources_.size())];
    const Index node =
        population_.first_hostile() + static_cast<Index>(random_.below(population_.hostile()));
    book_->add(node, source, now_, now_);
}

Victim::Index Victim::honest_source() {
    const std::size_t drawn = random_.below(slots_.size() + inbound_.size());
    if (drawn < slots_.size() && slots_[drawn].peer && !population_.is_hostile(*slots_[drawn].peer))
        return *slots_[drawn].peer;
    return inbound_[drawn % inbound_.size()];
}

void Victim::feel() {
    if (const std::optional<Index> node = book_->select_feeler(now_)) dialled(*book_, *node, now_);
}

bool Victim::answers(Index node) {
    if (population_.is_hostile(node)) return true;
    return !population_.is_stale(node) && chance(random_, kOnline);
}

bool Victim::dialled(AddressBook& book, Index node, Time now) {
    const bool answered = answers(node);
    if (answered) {
        book.good(node, now);
    } else {
        book.failed(node, now);
    }
    return answered;
}

std::vector<Victim::Index> Victim::connected() const {
    std::vector<Index> peers;
    for (const Slot& slot : slots_) {
        if (slot.peer) peers.push_back(*slot.peer);
    }
    return peers;
}

// One attempt for each slot that is empty; the next feeler's turn brings more.
void Victim::keep_connected() {
    for (std::size_t i = 0; i < slots_.size(); ++i) {
        Slot& slot = slots_[i];
        if (slot.peer && !population_.is_hostile(*slot.peer) && slot.leaves <= now_)
            slot.peer.reset();
        if (slot.peer) continue;
        const std::optional<Index> node = book_->select(i, connected(), now_);
        if (!node || !dialled(*book_, *node, now_)) continue;
        slot = {*node, now_ + drawn(kHonestStay)};
    }
}

Restarted Victim::restart(bool with_anchors) {
    const std::unique_ptr<AddressBook> book = book_->copy();
    Restarted out;
    std::vector<std::optional<Index>> filled(slots_.size());
    std::vector<Index> peers;
    const auto connect = [&](std::size_t slot, Index node) {
        filled[slot] = node;
        peers.push_back(node);
    };
    for (std::size_t i = 0; with_anchors && i < rules_.anchors; ++i) {
        const std::size_t slot = rules_.full_relay + i;
        const std::optional<Index> anchor = slots_[slot].peer;
        if (anchor && dialled(*book, *anchor, now_)) connect(slot, *anchor);
    }
    Time now = now_;
    std::size_t dials = 0;
    for (std::size_t i = 0; i < filled.size(); ++i) {
        for (; !filled[i] && dials < kDialsMax; ++dials) {
            now += kDialTime;
            const std::optional<Index> node = book->select(i, peers, now);
            if (node && dialled(*book, *node, now)) connect(i, *node);
        }
    }
    for (std::size_t i = 0; i < filled.size(); ++i) {
        if (!filled[i]) continue;
        const std::size_t hostile = population_.is_hostile(*filled[i]) ? 1 : 0;
        ++out.outbound;
        out.hostile_outbound += hostile;
        out.full_relay += i < rules_.full_relay ? 1u : 0u;
        out.hostile_full_relay += i < rules_.full_relay ? hostile : 0;
    }
    std::erase_if(peers, [&](Index peer) { return !population_.is_hostile(peer); });
    out.detected = time_to_detect();
    out.recovered = time_to_recover(*book, peers, out.detected);
    return out;
}

Duration Victim::time_to_detect() {
    return kTipIsStale +
           Duration{static_cast<std::int64_t>(random_.below(Duration{kStaleTipCheck}.count()))};
}

// Of two ways the faster: an extra block-only peer every five minutes, dialled once and kept if it
// knows a better chain; and once the tip is stale, and with every check after that, an extra
// full-relay peer, dialled until one answers.
Duration Victim::time_to_recover(AddressBook& book,
                                 const std::vector<Index>& peers,
                                 Duration detected) {
    Duration extra = drawn(kExtraPeerMean), check = detected;
    for (std::size_t i = 0; i < kExtraPeersMax; ++i) {
        const bool stale = check <= extra;
        Duration& event = stale ? check : extra;
        const std::size_t dials_max = stale ? 100 : 1;
        std::optional<Index> found;
        for (std::size_t dials = 0; dials < dials_max && !found; ++dials) {
            const Time now = now_ + event + kDialTime * static_cast<int>(dials);
            const std::optional<Index> node = book.select(i % rules_.outbound(), peers, now);
            if (node && dialled(book, *node, now)) found = node;
        }
        if (found && !population_.is_hostile(*found)) return event;
        event += stale ? Duration{kStaleTipCheck} : drawn(kExtraPeerMean);
    }
    return extra;
}

Duration Victim::drawn(Duration mean) {
    return std::chrono::duration_cast<Duration>(exponential(random_, mean));
}

}  // namespace starling::sim
