#pragma once

#include "consensus/time.h"
#include "p2p/anchor_peers.h"
#include "p2p/limits.h"
#include "sim/attack/address_book.h"
#include "sim/engine/draw.h"
#include "sim/engine/stream.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace starling::sim {

// What is compared: how a victim keeps addresses, how many connections it makes, and which of them
// it keeps.
struct VictimRules {
    std::string name;
    bool ours = false;  // else Bitcoin Core's
    std::size_t full_relay = 8;
    std::size_t block_only = 2;
    unsigned group_first_percent = 0;  // of the slots: see p2p::Selection
    // That a block comes before an extra block-only peer is judged.
    Ppm block_in_time = 0;
    std::unique_ptr<AddressBook> (*make)(const VictimRules&, const Population&, Random&) = nullptr;
    [[nodiscard]] std::size_t outbound() const { return full_relay + block_only; }
};

// How the attacker goes about it.
struct Siege {
    // Of what he could tell only one part in so many is told: an address is heard again and again,
    // so that a tenth fills the same places (the room's README has figures).
    std::size_t thinned = 1;
    // His peers bring each block before all others: an extra one stays as soon as a block comes,
    // and none that is there gives way to another while an honest one could.
    bool fast = false;
};

// How a restart went.
struct Restarted {
    std::size_t full_relay = 0, outbound = 0;  // that were connected
    std::size_t hostile_full_relay = 0, hostile_outbound = 0;
    std::size_t anchors_tried = 0, anchors_kept = 0;
    // If all outbound peers are hostile, who bring no block, from the restart on: until the victim
    // notices, and until an honest outbound peer is found.
    std::optional<Duration> detected, recovered;
    [[nodiscard]] bool surrounded() const { return outbound > 0 && hostile_outbound == outbound; }
};

// One node under attack: its address book, its outbound connections, and its days.
//
// The model, after the measurements of Bitcoin Core's own AddrMan that the issue quotes: honest
// peers tell of 200 addresses an hour, of which 40 % ran once; an honest node answers a dial in 95
// of 100 cases, the attacker's always. Of the attacker 60 connections tell of 0.1 addresses a
// second each, all that rate limits let through. A feeler every two minutes. An honest outbound
// peer stays 8.5 days on average (17 % of connections outlast 15 days: Heilman 2015), a hostile one
// for ever, but for those that extra block-only peers replace.
class Victim {
public:
    using Index = Population::Index;

    static constexpr unsigned kHonestAddressesPerHour = 200;
    static constexpr Ppm kStaleShare = 400'000, kOnline = 950'000;
    static constexpr std::size_t kHostileConnections = 60;
    static constexpr Duration kHostileInterval{10'000 / kHostileConnections};  // of all of them
    static constexpr Duration kFeelerMean = std::chrono::minutes{2};
    static constexpr Duration kExtraMean = std::chrono::minutes{5};  // both rules'
    static constexpr Duration kHonestStay = std::chrono::hours{204};
    static constexpr std::size_t kHonestInbound = 20;  // whose addresses are sources too
    static constexpr std::size_t kBootstrap = 100;     // addresses that it begins with

    // Population and rules outlive it.
    Victim(const Population& population,
           const VictimRules& rules,
           std::uint64_t seed,
           Siege siege = {});

    void live(Duration duration, bool flooded);
    // Whom a restart now would dial first, in this order. By Core's rules: the block-only peers, as
    // a clean stop writes them.
    [[nodiscard]] std::vector<Index> anchors() const;
    // As often as one likes: the victim itself does not change, but for its stream of chance.
    [[nodiscard]] Restarted restart(const std::vector<Index>& anchors);
    [[nodiscard]] const AddressBook& book() const { return *book_; }

private:
    // An attempt to connect takes so long, whatever comes of it.
    static constexpr Duration kDialTime = std::chrono::seconds{1};
    static constexpr std::size_t kDialsMax = 5'000;  // after which slots stay empty

    struct Slot {
        std::optional<Index> peer;
        Time since{}, leaves{};
    };

    // ---- victim.cpp: its life ----
    void begin();
    void hear_honest();
    void hear_hostile();
    void feel();
    void keep_connected();
    void try_extra();
    [[nodiscard]] bool brings_news(Index extra);
    [[nodiscard]] Slot& least_useful();
    void hold(Slot& slot, Index node);
    void let_go(Slot& slot);
    [[nodiscard]] bool is_block_only(const Slot& slot) const;
    [[nodiscard]] Index honest_source();
    [[nodiscard]] bool answers(Index node);
    bool dialled(AddressBook& book, Index node, Time now);
    [[nodiscard]] std::vector<Index> connected() const;
    [[nodiscard]] Duration drawn(Duration mean);
    [[nodiscard]] p2p::Anchor anchor_of(Index node) const;

    // ---- victim_restart.cpp ----
    using Filled = std::vector<std::optional<Index>>;  // slots
    void dial_anchors(AddressBook& book,
                      const std::vector<Index>& anchors,
                      Filled& filled,
                      Restarted& out);
    void fill(AddressBook& book, Filled& filled);
    void count(const Filled& filled, Restarted& out) const;
    [[nodiscard]] Duration time_to_detect(const Restarted& restarted,
                                          const std::vector<Index>& peers) const;
    [[nodiscard]] Duration time_to_recover(AddressBook& book, const std::vector<Index>& peers);

    const Population& population_;
    const VictimRules& rules_;
    Siege siege_;
    Duration hostile_interval_;
    Stream random_;
    std::unique_ptr<AddressBook> book_;
    std::vector<Slot> slots_;  // full-relay ones first
    p2p::Limits limits_;
    p2p::AnchorPeers anchors_{limits_};  // by our rules
    std::vector<Index> inbound_, hostile_sources_;
    Time now_, next_extra_;
    Duration honest_owed_{}, hostile_owed_{};  // time for which nothing was told yet
};

}  // namespace starling::sim
