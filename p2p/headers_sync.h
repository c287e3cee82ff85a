#pragma once

#include "consensus/parameters.h"
#include "p2p/earliest.h"
#include "p2p/headers_presync.h"
#include "p2p/limits.h"
#include "p2p/outbox.h"

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace starling::p2p {

struct Figures;

// Learns what chains of headers our peers have: asks each once when it is ready and again when it
// announces something that we do not know, follows long answers to their end, and hands to Ledger
// only what is connected and has enough work.
//
// Invariants:
//   - at most one getheaders of ours is unanswered at a peer, until it times out;
//   - headers are kept nowhere here: they are submitted or forgotten;
//   - whatever a message says, it causes at most one getheaders.
class HeadersSync {
public:
    HeadersSync(const Parameters& parameters, const Limits& limits)
        : parameters_(parameters), limits_(limits) {}

    void ready(const Peer& peer) {
        peers_.try_emplace(peer.id);
        some_unasked_ = true;
    }
    void disconnected(PeerId peer) { peers_.erase(peer); }
    // The peer announced a block that we do not know.
    void announced(Peer& peer, Turn& turn);
    void received(Peer& peer, const Headers& message, Turn& turn);
    // True if the ticket was of one of our submissions.
    bool decided(const chain::Decided& decided, Turn& turn);
    // Asks peers that were not asked yet, as far as there is room.
    void schedule(Turn& turn);
    void handle_timer(Turn& turn);
    [[nodiscard]] std::optional<Time> next_wakeup() const { return wakeup_.next(); }
    void count(Figures& figures, Time now) const;

private:
    struct Sync {
        bool started = false;            // asked at least once
        std::optional<Time> answer_due;  // a getheaders is unanswered
        std::size_t unconnecting = 0;    // since the last that connected
        std::size_t undecided = 0;       // submissions
        std::optional<HeadersPresync> presync;
    };
    struct Submission {
        PeerId peer;
        BlockHash last;
        bool full = false;
    };

    void ask(Peer& peer, std::vector<BlockHash> locator, Turn& turn);
    static void end_presync(PeerId peer, Sync& sync, Event::Kind how, Turn& turn);
    void unconnected(Peer& peer, Sync& sync, Turn& turn);
    void follow_low_work(Peer& peer,
                         Sync& sync,
                         const Headers& message,
                         const std::vector<BlockHash>& hashes,
                         Turn& turn);
    void submit(Peer& peer, Sync& sync, const Headers& message, const BlockHash& last, Turn& turn);
    void learnt(Peer& peer, const HeaderNode* last, bool full, Turn& turn);
    void refused(Peer& peer, const Reject& reject, Turn& turn);
    void start(Direction direction, Turn& turn);
    [[nodiscard]] std::size_t room(const Turn& turn) const;

    const Parameters& parameters_;
    const Limits& limits_;
    PeerMap<Sync> peers_;
    std::map<std::uint64_t, Submission> submissions_;  // by ticket
    Wakeup wakeup_;
    bool some_unasked_ = false;  // or all were asked since
};

}  // namespace starling::p2p
