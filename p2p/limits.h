#pragma once

#include "consensus/parameters.h"
#include "consensus/time.h"

#include <cstddef>
#include <optional>

namespace starling::p2p {

// How fast things are repeated. On a public network slow and random enough not to show a
// transaction's origin; on one machine, where nobody watches, fast enough for a person.
struct Pace {
    // Mean time between announcements of transactions (exponential): Bitcoin Core's figures.
    Duration outbound_trickle = std::chrono::seconds{2};
    Duration inbound_trickle = std::chrono::seconds{5};
    // Head start of outbound peers, which we choose and attackers do not.
    Duration inbound_request_delay = std::chrono::seconds{2};
    // Wait before a lost manual peer is dialled again; doubles with each failure.
    Duration redial_min = std::chrono::seconds{1};
    Duration redial_max = std::chrono::seconds{60};
    // Candidates are drawn one at a time, so far apart: Bitcoin Core's figure; longer when the last
    // draw found none.
    Duration draw_interval = std::chrono::milliseconds{500};
    Duration draw_interval_empty = std::chrono::seconds{10};
    // Bootstrap nodes are dialled only after this long: everybody begins with them, and those that
    // they tell of have as much room and fewer friends.
    Duration bootstrap_wait = std::chrono::seconds{10};
    // And beside other peers of ours only after this long: a node that all others dialled first has
    // nobody left to dial itself.
    Duration bootstrap_wait_beside_others = std::chrono::minutes{2};
    // Wait before a candidate that failed is drawn again; doubles with each failure.
    Duration candidate_wait_min = std::chrono::minutes{1};
    Duration candidate_wait_max = std::chrono::hours{2};
};

// Networks without difficulty, with blocks more often than twice a minute, or with a hasty overlay
// are for tests.
Pace pace_of(const Parameters& parameters);

struct Limits {
    // Twice the slots of our own below: whoever fills all that others may take holds two thirds of
    // our connections, where Bitcoin Core's 114 beside 11 are nine tenths. What is guaranteed is
    // this ratio of the slots; while ours are being filled, or nodes are few, there are fewer.
    std::size_t inbound_max = 24;
    // Connections of our own accord, besides manual ones, for blocks, transactions and records.
    // Bitcoin Core's 8.
    std::size_t outbound_full_max = 8;
    // And for blocks alone, once the former are there: links that nobody learns of from what we
    // relay. Bitcoin Core has 2; the study of Erebus attacks asks for more.
    std::size_t outbound_block_only_max = 4;
    // Both; 0: only manual ones (--connect).
    [[nodiscard]] constexpr std::size_t outbound_max() const {
        return outbound_full_max + outbound_block_only_max;
    }
    // Beyond them for a while: one of each kind of extra peer, and a feeler.
    static constexpr std::size_t kExtraOutboundMax = 3;
    // Of those slots so many are drawn by netgroup first: see Selection. All: of 0, 50, 75 and 100
    // the best in the mean over the rows of `starling-sim attack restart`, of 1,000 honest nodes
    // and of 10,000.
    unsigned group_first_percent = 100;
    // Block-only peers that are remembered for the next start, which dials as many of them as there
    // are such slots, the oldest first: room for as many again, so that one that is away for an
    // hour is not forgotten. Bitcoin Core has 2.
    std::size_t anchors_max = 8;
    // Nodes known to dial, at about a kilobyte each: half of what the address manager's tables have
    // places for.
    std::size_t candidates_max = 40'000;
    std::size_t candidates_per_netgroup = 64;  // who owns one netgroup can have no more known
    // Of those that were never connected to, who told of so many: at the most one part in
    // candidates_source_share of them, or candidates_of_source_min while that is more.
    std::size_t candidates_source_share = 4;
    std::size_t candidates_of_source_min = 64;  // more than one node answers at once
    std::size_t candidate_failures_max = 10;    // in a row; then it must be found anew
    std::size_t records_heard_max = 1'000;      // of a peer at once, of those that we asked
    // Messages with commands that we do not know, of a peer at once, each for each begun 1,000
    // bytes; then ten a second. A new version of Bitcoin sends a few after the handshake.
    std::size_t unknown_messages_max = 1'000;
    std::size_t own_records_max = 10;  // changes of a peer's own record at once
    Duration own_record_interval = std::chrono::seconds{10};  // we tell of changes no more often
    std::size_t refused_nodes_max = 1'000;                    // a person refuses one at a time
    // Nodes and addresses remembered for their conduct, two a peer that was dropped: Bitcoin Core's
    // figure; at most twice as many, 16 bytes each.
    std::size_t discouraged_max = 50'000;
    // From Dial to PeerConnected or DialFailed; past every deadline of sockets and handshakes.
    Duration dial_timeout = std::chrono::seconds{60};
    // Bitcoin Core's figures from here to `behind_protected`. Means of exponential times.
    Duration feeler_interval = std::chrono::minutes{2};
    Duration extra_block_only_interval = std::chrono::minutes{5};
    // No new tip for so many target spacings is looked for so often; then an extra peer is sought.
    Duration stale_tip_interval = std::chrono::minutes{10};
    int stale_tip_spacings = 3;
    // Time between blocks where it is known otherwise than by the network's ASERT, which has one: a
    // simulator finds blocks at the easiest target, and yet by a clock.
    std::optional<Duration> block_spacing;
    // An extra peer is judged after the first, but not within the second since its verack.
    Duration extra_peer_interval = std::chrono::seconds{45};
    Duration extra_peer_time_min = std::chrono::seconds{30};
    // A peer of ours that shows less work than our tip has so long to catch up, then as long to
    // answer getheaders as any other.
    Duration behind_timeout = std::chrono::minutes{20};
    // Peers that showed as much work as we have once are not dropped for that: else whoever makes
    // us believe a chain that others do not have empties all our slots.
    std::size_t behind_protected = 4;
    std::size_t manual_max = 128;                   // addresses given by hand: a person types fewer
    std::size_t send_queue_bytes_max = 1'000'000;   // a peer that reads slower gets no more answers
    std::size_t download_window = 1'024;            // blocks ahead of the tip that may be fetched
    std::size_t download_window_bytes = 64u << 20;  // the same by the size of recent blocks
    std::size_t blocks_in_flight_per_peer = 16;
    std::size_t orphan_weight_per_peer = 404'000;  // Bitcoin Core 31's reservation
    std::size_t orphans_per_peer = 100;            // each costs a search of the table when resolved

    Duration handshake_timeout = std::chrono::seconds{10};  // two round trips and a slow machine
    Duration ping_interval = std::chrono::minutes{2};       // of silence; Bitcoin Core: always
    Duration measure_interval = std::chrono::minutes{10};   // at the latest; of round trips
    Duration ping_timeout = std::chrono::minutes{20};       // Bitcoin Core
    Duration headers_timeout = std::chrono::minutes{2};     // Bitcoin Core
    // No block from a peer that owes some: the next peer is asked too after the first, doubled with
    // each stall up to the second; the peer is dropped after the third.
    Duration stall_timeout_min = std::chrono::seconds{2};
    Duration stall_timeout_max = std::chrono::seconds{64};
    Duration block_timeout = std::chrono::seconds{120};

    // Chains are synced from so many peers at once while we are far behind: a second one so that a
    // slow first one does not matter, no more because each sends the same headers.
    std::size_t header_sync_peers = 2;
    std::size_t unconnecting_headers_max = 10;    // Bitcoin Core; more is misbehaviour
    std::size_t header_submissions_per_peer = 4;  // undecided ones; Ledger decides at once
    std::size_t presync_messages_max = 10'000;    // 20 million headers; 320 kB of checkpoints
    std::size_t headers_announced_max = 8;        // BIP 130, Bitcoin Core; then by inv
    std::size_t refused_blocks_max = 1'000;       // remembered not to be asked for again
    std::size_t upload_items_max = 5'000;         // asked of us by one peer and not yet sent

    // That a peer is the first to tell us of, remembered for a minute or two: more than are
    // relayed.
    std::size_t known_transactions_per_peer = 1'000;
    std::size_t rejected_transactions_max = 60'000;  // two generations: Bitcoin Core's 120,000
    std::size_t transactions_announced_min = 70;     // a turn: 14 a second for 5 seconds
    std::size_t transactions_announced_max = 420;    // a turn under load: Bitcoin Core 32's bucket
    std::size_t transactions_offered_max = 1'000;    // of the pool, to a peer that is new
    // Still served after they were mined: to peers that heard of them before the block.
    std::size_t mined_blocks_max = 3;
    std::size_t mined_transactions_max = 2'000;
    std::size_t mined_bytes_max = 2'000'000;
    // Weight of transactions that a peer may have us check: a block at once, then a tenth of one a
    // second. What is accepted is given back.
    std::int64_t check_weight_max = 4'000'000;
    std::int64_t check_weight_per_second = 400'000;
    std::size_t orphans_resolving_max = 8;  // checked again at a time
    std::int64_t fee_filter = 100;          // units for 1,000 bytes: the pool's floor
    // A transaction of our own that nobody asked for is announced again, ever more rarely.
    Duration rebroadcast_min = std::chrono::seconds{30};
    Duration rebroadcast_max = std::chrono::minutes{30};

    std::optional<Pace> pace;  // none: as the network demands
};

// How often blocks are due. None on networks where they come when a person wants them.
std::optional<Duration> block_spacing(const Parameters& parameters, const Limits& limits);

}  // namespace starling::p2p
