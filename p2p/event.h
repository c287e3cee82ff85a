#pragma once

#include "consensus/digest.h"
#include "p2p/misbehaviour.h"
#include "p2p/peer_id.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace starling::p2p {

// What people and measurements want to know of Gossip; becomes a log line, a metric, a mark or a
// trace. Each kind says which fields it fills; PeerId{} is nobody. Only what is rare, or stands for
// an offence, makes a string.
struct Event {
    enum class Kind {
        handshake_done,       // detail: its user agent, as the peer wrote it
        misbehaved,           // offence; detail: of which message, header or block
        dropped_for_conduct,  // offence: the one that was too much
        ping_timed_out,       // and dropped
        download_timed_out,   // and dropped
        headers_stalled,      // it does not answer getheaders; others are asked
        download_stalled,     // it owes blocks and sends none
        download_taken_over,  // peer is asked for a block (hash) that other owes and does not send
        block_announced,      // hash; to whoever lacked it
        block_unwanted,       // hash: the second copy of a block that two peers were asked for
        presync_began,     // a long chain of too little work so far is followed without keeping it
        presync_proved,    // it has enough: asked for again, to be kept
        presync_ended,     // all that was proved has been handed on
        presync_aborted,   // it has too little, changed on the way, or stopped
        low_work_refused,  // a chain of headers that ends with too little work
        transaction_taken_over,  // peer is asked for a transaction (hash) that other did not send
        orphan_kept,             // peer sent a transaction (txid: hash) whose parents are missing
        orphan_resolved,  // accepted (txid: hash): peer sent it; other the last parent, or nobody:
                          // that came in a block or was our own
        inbound_evicted,  // peer gave its place to other, which called us when all were taken
        anchor_dialled,   // detail: where; the connection is not there yet
        anchor_lost,      // detail: where; of those read at the start, it was not reached
        feeler_answered,  // a node that we were never connected to is there; dropped
        tip_stale,        // no new tip for too long: an extra peer is sought
        extra_peer_kept,  // it brought more than other, whose place it takes
        extra_peer_dropped,  // it brought nothing
        peer_behind,         // it shows less work than we have, and was dropped for it
    };
    static constexpr std::size_t kKinds = 26;

    Kind kind;
    PeerId peer;
    PeerId other = {};
    Hash256 hash = {};
    std::optional<Offence> offence = {};
    std::string detail = {};
};

std::string_view to_string(Event::Kind kind);  // as the enumerators are called
// For a log: what happened, without the peer.
std::string describe(const Event& event);

}  // namespace starling::p2p
