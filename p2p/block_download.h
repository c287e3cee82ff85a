#pragma once

#include "p2p/earliest.h"
#include "p2p/limits.h"
#include "p2p/outbox.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace starling::p2p {

struct Figures;

// Decides which block to ask of which peer, and when to ask another one too.
//
// Blocks are asked for in the order of their heights along the chain that each peer has shown, in a
// window above what we have, from all peers at once. A peer that owes blocks and sends none for a
// while is slow: what it owes is asked of one more peer, so that one slow peer never holds up the
// rest; one that stays silent is dropped.
//
// Every request belongs to the peer that it was sent to. What a peer sends unasked, or wrongly,
// changes nothing about what others were asked for.
//
// Invariants:
//   - a block is asked of two peers at most at a time;
//   - a peer owes at most Limits::blocks_in_flight_per_peer blocks;
//   - what Ledger has been handed is not asked for again until it is decided.
class BlockDownload {
public:
    explicit BlockDownload(const Limits& limits)
        : limits_(limits), stall_timeout_(limits.stall_timeout_min) {}

    void disconnected(PeerId peer);
    // When it ends, a wake-up is due at once: there may be no other input that would go on.
    void pause(bool paused) {
        resumed_ = resumed_ || (paused_ && !paused);
        paused_ = paused;
    }
    // Asks for all that may be asked now.
    void schedule(Turn& turn);
    void received(Peer& peer, const BlockMessage& message, Turn& turn);
    void not_found(Peer& peer, const BlockHash& hash, Turn& turn);
    // True if the ticket was of one of our submissions.
    bool decided(const chain::Decided& decided, Turn& turn);
    void handle_timer(Turn& turn);
    [[nodiscard]] std::optional<Time> next_wakeup() const;
    [[nodiscard]] bool due(Time now) const {
        const auto wakeup = next_wakeup();
        return wakeup && *wakeup <= now;
    }
    void count(Figures& figures, Time now) const;

    // Are blocks on their way to us?
    [[nodiscard]] bool downloading() const { return !flights_.empty(); }
    [[nodiscard]] std::vector<Height> in_flight(PeerId peer) const;

private:
    // In the order in which blocks are needed.
    using Key = std::pair<Height, BlockHash>;
    struct Flight {
        const HeaderNode* node = nullptr;
        std::vector<PeerId> asked;  // one or two
    };
    struct Source {
        std::map<Key, const HeaderNode*> owed;
        Time progress;      // of its last block, or of the request when it owed nothing
        bool slow = false;  // no block for stall_timeout_
        // Up to here on its chain all is there or asked for, as of `round`.
        const HeaderNode* scanned = nullptr;
        std::uint64_t round = 0;
    };
    struct Submission {
        PeerId peer;
        BlockHash hash;
    };

    static Key key_of(const HeaderNode* node) { return {node->height, node->hash}; }
    void ask(Peer& peer, Source& source, Turn& turn);
    void take_over(Peer& peer, Source& source, Turn& turn, std::vector<const HeaderNode*>& found);
    void find_new(Peer& peer, Source& source, Turn& turn, std::vector<const HeaderNode*>& found);
    bool scan(const std::vector<const HeaderNode*>& path,
              Source& source,
              Turn& turn,
              std::vector<const HeaderNode*>& found);
    void advance_common(Peer& peer, Source& source, const Turn& turn) const;
    [[nodiscard]] std::int32_t window() const;
    [[nodiscard]] bool lacking(const HeaderNode* node, const Turn& turn) const;
    [[nodiscard]] bool refused(const BlockHash& hash, Time now) const;
    void refuse(const BlockHash& hash, Time until);
    // The first time at which handle_timer has to do something about this source, or about any.
    void rearm(const Source& source) {
        if (!source.owed.empty())
            wakeup_.by(source.progress + (source.slow ? limits_.block_timeout : stall_timeout_));
    }
    void rearm(Time now);
    void release(Source& source, PeerId peer, Key key);
    void delivered(Peer& peer, Source& source, const BlockMessage& message, Turn& turn);
    void judge(Peer& peer, const BlockHash& hash, const Reject& reject, Turn& turn);

    const Limits& limits_;
    PeerMap<Source> sources_;
    std::map<Key, Flight> flights_;
    std::map<std::uint64_t, Submission> submissions_;  // by ticket
    std::map<BlockHash, std::uint64_t> submitted_;     // its ticket
    std::map<BlockHash, Time> refused_;  // not to be asked for before then: bad, or too early
    Wakeup wakeup_;
    Duration stall_timeout_;
    std::size_t block_bytes_ = 0;  // of a recent block, averaged
    std::uint64_t round_ = 1;      // counts what made blocks wanted again
    bool paused_ = false;
    bool resumed_ = false;  // and not scheduled since
    Time scheduled_;
};

}  // namespace starling::p2p
