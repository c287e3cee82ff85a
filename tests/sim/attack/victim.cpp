#include "sim/attack/victim.h"

#include <algorithm>
#include <chrono>

namespace starling::sim {

namespace {

using namespace std::chrono_literals;

constexpr Duration kHonestInterval =
    Duration{std::chrono::hours{1}} / Victim::kHonestAddressesPerHour;

}  // namespace

Victim::Victim(const Population& population,
               const VictimRules& rules,
               std::uint64_t seed,
               Siege siege)
    : population_(population),
      rules_(rules),
      siege_(siege),
      hostile_interval_(kHostileInterval * static_cast<std::int64_t>(siege.thinned)),
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
    next_extra_ = now_ + drawn(kExtraMean);
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
        for (; next_extra_ <= now_; next_extra_ += drawn(kExtraMean))
            try_extra();
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
    const std::optional<Index> node = book_->select_feeler(connected(), now_);
    if (node) dialled(*book_, *node, now_);
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
        if (slot.peer && !population_.is_hostile(*slot.peer) && slot.leaves <= now_) let_go(slot);
        if (slot.peer) continue;
        const std::optional<Index> node = book_->select(i, connected(), now_);
        if (!node || !dialled(*book_, *node, now_)) continue;
        hold(slot, *node);
    }
}

bool Victim::is_block_only(const Slot& slot) const {
    return static_cast<std::size_t>(&slot - slots_.data()) >= rules_.full_relay;
}

void Victim::hold(Slot& slot, Index node) {
    slot = {node, now_, now_ + drawn(kHonestStay)};
    if (rules_.ours && is_block_only(slot))
        anchors_.held(anchor_of(node), p2p::Netgroups{}.of(population_.endpoint(node)));
}

void Victim::let_go(Slot& slot) {
    if (rules_.ours && is_block_only(slot)) anchors_.lost(anchor_of(*slot.peer).key);
    slot.peer.reset();
}

// The key is none: it only has to be another one for each.
p2p::Anchor Victim::anchor_of(Index node) const {
    p2p::Anchor anchor{population_.endpoint(node), {}};
    for (unsigned byte = 0; byte < sizeof node; ++byte)
        anchor.key[byte] = static_cast<std::uint8_t>(node >> 8 * byte);
    return anchor;
}

std::vector<Victim::Index> Victim::anchors() const {
    std::vector<Index> nodes;
    if (rules_.ours) {
        for (const p2p::Anchor& anchor : anchors_.all())
            nodes.push_back(population_.at(anchor.address));
        return nodes;
    }
    for (const Slot& slot : slots_) {
        if (slot.peer && is_block_only(slot)) nodes.push_back(*slot.peer);
    }
    return nodes;
}

// An extra block-only peer, once all slots are taken: it stays in the place of another if it brings
// news before it is judged (p2p::ExtraPeers; EvictExtraOutboundPeers in Core's net_processing.cpp).
void Victim::try_extra() {
    if (connected().size() < slots_.size()) return;
    const std::optional<Index> node = book_->select(slots_.size(), connected(), now_);
    if (!node || !dialled(*book_, *node, now_) || !brings_news(*node)) return;
    Slot& slot = least_useful();
    let_go(slot);
    hold(slot, *node);
}

// Whether a block comes in time, and whether it is the extra one that brings it: one of all that
// are outbound, with even chance. Inbound peers are left out: with the 24 that ours may have a slot
// changes hands a third as often.
bool Victim::brings_news(Index extra) {
    if (!chance(random_, rules_.block_in_time)) return false;
    const std::vector<Index> peers = connected();
    const bool beaten =
        siege_.fast && !population_.is_hostile(extra) &&
        std::ranges::any_of(peers, [&](Index peer) { return population_.is_hostile(peer); });
    if (beaten) return false;
    return (siege_.fast && population_.is_hostile(extra)) || random_.below(peers.size() + 1) == 0;
}

// Whose place a block-only peer with news takes. Core's: the youngest of those that were there.
// Ours: of the younger half who brought a block the longest time ago, which may be any of it.
Victim::Slot& Victim::least_useful() {
    std::vector<Slot*> slots;
    for (Slot& slot : slots_) {
        if (is_block_only(slot)) slots.push_back(&slot);
    }
    std::ranges::stable_sort(slots, {}, [](const Slot* slot) { return slot->since; });
    if (!rules_.ours) return *slots.back();
    std::vector<Slot*> younger(slots.begin() + static_cast<std::ptrdiff_t>(slots.size() / 2),
                               slots.end());
    const auto is_hostile = [&](const Slot* slot) { return population_.is_hostile(*slot->peer); };
    if (siege_.fast && !std::ranges::all_of(younger, is_hostile))
        std::erase_if(younger, is_hostile);
    return *younger[random_.below(younger.size())];
}

Duration Victim::drawn(Duration mean) {
    return std::chrono::duration_cast<Duration>(exponential(random_, mean));
}

}  // namespace starling::sim
