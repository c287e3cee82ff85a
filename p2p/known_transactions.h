#pragma once

#include "consensus/digest.h"
#include "consensus/lookup_table.h"
#include "consensus/random.h"
#include "consensus/time.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace starling::p2p {

// Which peers have which transactions, as they told us: they need not be told.
//
// One table with a bit for each peer, for most peers tell of the same transactions; by 64-bit
// fingerprints under a secret key. In two generations of a minute: by then a peer's turn to be told
// has come and its place in the log has passed. What is forgotten too early is told in vain, no
// more.
//
// Bound: `per_peer` entries of 40 bytes for each of kPeersMax places in a generation; whose place
// has made them only joins those that others made. What a leaver made counts against its place
// until the generation ends, for others may have joined it: else who comes and goes beside a friend
// that stays could fill the memory.
class KnownTransactions {
public:
    static constexpr std::size_t kPeersMax = 256;  // more than there are connections
    static constexpr Duration kGeneration = std::chrono::minutes{1};

    using Place = std::uint8_t;

    KnownTransactions(std::size_t per_peer, Random& random);

    // None if all places are taken: then nothing is remembered of that peer.
    [[nodiscard]] std::optional<Place> join();
    // Costs nothing: what it told is gone through when places run out, for all who left at once.
    void leave(Place place);
    void heard(Place place, const Wtxid& wtxid, Time now);
    [[nodiscard]] bool has(Place place, const Wtxid& wtxid) const;
    // Entries of one place in this generation.
    [[nodiscard]] std::size_t most_made() const { return *std::ranges::max_element(made_); }
    [[nodiscard]] std::size_t size() const { return young_.size() + old_.size(); }

private:
    struct Fingerprint {
        std::uint64_t value = 0;
        friend bool operator==(const Fingerprint&, const Fingerprint&) = default;
        // Keyed already.
        friend std::uint64_t table_hash(const Fingerprint& f, std::uint64_t, std::uint64_t) {
            return f.value;
        }
    };
    using Peers = std::bitset<kPeersMax>;
    using Table = LookupTable<Fingerprint, Peers>;

    [[nodiscard]] Fingerprint fingerprint(const Wtxid& wtxid) const {
        return {table_hash(wtxid, key0_, key1_)};
    }
    void age(Time now);
    void sweep();  // frees the places of those who left

    std::size_t per_peer_;
    std::uint64_t key0_;
    std::uint64_t key1_;
    Random& random_;
    Table young_;
    Table old_;
    Time began_;  // the young generation
    Peers taken_;
    Peers left_;                                   // no longer taken, but with bits in the tables
    std::array<std::uint16_t, kPeersMax> made_{};  // entries of the young generation
};

}  // namespace starling::p2p
