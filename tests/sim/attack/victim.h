#pragma once

#include "consensus/time.h"
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

// What is compared: how a victim keeps addresses, and how many connections it makes.
struct VictimRules {
    std::string name;
    std::size_t full_relay = 8;
    std::size_t block_only = 2;
    std::size_t anchors = 2;           // of the block-only ones, dialled first after a restart
    unsigned group_first_percent = 0;  // of the slots: see p2p::Selection
    std::unique_ptr<AddressBook> (*make)(const VictimRules&, const Population&, Random&) = nullptr;
    [[nodiscard]] std::size_t outbound() const { return full_relay + block_only; }
};

// How a restart went.
struct Restarted {
    std::size_t full_relay = 0, outbound = 0;  // that were connected
    std::size_t hostile_full_relay = 0, hostile_outbound = 0;
    // From the restart on, if all others are hostile and bring no block: until the stale tip is
    // noticed, and until an honest outbound peer is found.
    Duration detected{}, recovered{};
};

// One node under attack: its address book, its outbound connections, and 30 days.
//
// The model, after the measurements of Bitcoin Core's own AddrMan that the issue quotes: honest
// peers tell of 200 addresses an hour, of which 40 % ran once; an honest node answers a dial in 95
// of 100 cases, the attacker's always. Of the attacker 60 connections tell of 0.1 addresses a
// second each, all that rate limits let through. A feeler every two minutes. An honest outbound
// peer stays 8.5 days on average (17 % of connections outlast 15 days: Heilman 2015), a hostile one
// for ever.
class Victim {
public:
    using Index = Population::Index;

    static constexpr unsigned kHonestAddressesPerHour = 200;
    static constexpr Ppm kStaleShare = 400'000, kOnline = 950'000;
    static constexpr std::size_t kHostileConnections = 60;
    static constexpr Duration kHostileInterval{10'000 / kHostileConnections};  // of all of them
    static constexpr Duration kFeelerMean = std::chrono::minutes{2};
    static constexpr Duration kHonestStay = std::chrono::hours{204};
    static constexpr std::size_t kHonestInbound = 20;  // whose addresses are sources too
    static constexpr std::size_t kBootstrap = 100;     // addresses that it begins with

    // Population and rules outlive it.
    // Of what the attacker could tell only one part in `thinned` is told: an address is heard again
    // and again, so that a tenth fills the same places (the room's README has both figures).
    Victim(const Population& population,
           const VictimRules& rules,
           std::uint64_t seed,
           std::size_t thinned = 1);

    void live(Duration duration, bool flooded);
    // As often as one likes: the victim itself does not change, but for its stream of chance.
    [[nodiscard]] Restarted restart(bool with_anchors);
    [[nodiscard]] const AddressBook& book() const { return *book_; }

private:
    // An attempt to connect takes so long, whatever comes of it.
    static constexpr Duration kDialTime = std::chrono::seconds{1};
    static constexpr std::size_t kDialsMax = 5'000;  // after which slots stay empty

    struct Slot {
        std::optional<Index> peer;
        Time leaves{};
    };

    void begin();
    void hear_honest();
    void hear_hostile();
    void feel();
    void keep_connected();
    [[nodiscard]] Index honest_source();
    [[nodiscard]] bool answers(Index node);
    bool dialled(AddressBook& book, Index node, Time now);
    [[nodiscard]] std::vector<Index> connected() const;
    [[nodiscard]] Duration drawn(Duration mean);
    [[nodiscard]] Duration time_to_detect();
    [[nodiscard]] Duration time_to_recover(AddressBook& book,
                                           const std::vector<Index>& peers,
                                           Duration detected);

    const Population& population_;
    const VictimRules& rules_;
    Duration hostile_interval_;
    Stream random_;
    std::unique_ptr<AddressBook> book_;
    std::vector<Slot> slots_;  // full-relay ones first
    std::vector<Index> inbound_, hostile_sources_;
    Time now_;
    Duration honest_owed_{}, hostile_owed_{};  // time for which nothing was told yet
};

}  // namespace starling::sim
