#pragma once

#include "mempool/ledger.h"
#include "p2p/address.h"
#include "p2p/message.h"
#include "p2p/peer_id.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace starling::p2p {

struct Limits {
    std::size_t inbound_max = 117;                 // Bitcoin Core's 125 less 8 outbound
    std::size_t send_queue_bytes_max = 1'000'000;  // a peer that reads slower gets no more answers
    std::size_t download_window = 1'024;           // blocks ahead of the tip that may be fetched
    std::size_t blocks_in_flight_per_peer = 16;
    std::size_t orphan_weight_per_peer = 404'000;  // Bitcoin Core 31's reservation
    // The rest is the implementer's: every bound is a field here, with its reason.
};

// ---- Inputs ----
struct PeerConnected {
    PeerId peer;
    Direction direction = Direction::inbound;
    Endpoint address;
    bool manual = false;  // by --connect, --addnode or the RPC: dialled again when lost
};
struct PeerLost {
    PeerId peer;
};
struct DialFailed {
    Endpoint address;
};
struct MessageReceived {
    PeerId peer;
    Message message;        // decoded by a worker; Malformed where it could not be
    std::size_t bytes = 0;  // on the wire
};
// The bytes that wait to be written to the peer after the last write; sent whenever it falls.
struct SendBudget {
    PeerId peer;
    std::size_t queued_bytes = 0;
};
struct PeerAdded {  // --connect, --addnode, RPC addnode "add" and "onetry"
    Endpoint address;
    bool keep = true;  // dial again when lost
};
struct PeerRemoved {  // RPC addnode "remove": no longer dialled; the connection stays
    Endpoint address;
};
struct DisconnectAsked {  // RPC disconnectnode
    PeerId peer;
};
struct NetworkActive {  // RPC setnetworkactive
    bool active = true;
};
struct TransactionPosted {  // a transaction of our own entered the pool: offer it, again and again
    Wtxid wtxid;            // until a peer asks for it
};

using GossipInput = std::variant<PeerConnected,
                                 PeerLost,
                                 DialFailed,
                                 MessageReceived,
                                 SendBudget,
                                 PeerAdded,
                                 PeerRemoved,
                                 DisconnectAsked,
                                 NetworkActive,
                                 TransactionPosted,
                                 chain::Decided,
                                 chain::HeadersAdded,
                                 chain::TipChanged,
                                 chain::BodyKept,
                                 chain::BlockInvalid,
                                 mempool::TransactionDecided,
                                 mempool::PoolChanged>;

// ---- Effects ----
struct Dial {
    Endpoint address;
    bool manual = false;
};
struct Send {
    PeerId peer;
    Message message;
};
struct SendBody {  // the block as stored: the shell reads it (worker) and sends it as `block`
    PeerId peer;
    BlockHash hash;
};
struct Drop {
    PeerId peer;
    std::string reason;
};
// To Ledger; the ticket comes back in Decided.
struct Submit {
    mempool::LedgerInput input;
};
// What people and measurements want to know; becomes a log line, a metric or a trace.
struct Event {
    enum class Kind { handshake_done, misbehaved, stalled, orphan_resolved, block_announced };
    Kind kind;
    PeerId peer;
    std::string detail;
};

using GossipEffect = std::variant<Dial, Send, SendBody, Drop, Submit, Event>;

// What one peer looks like (getpeerinfo).
struct PeerView {
    PeerId id;
    Endpoint address;
    Direction direction = Direction::inbound;
    bool manual = false;
    bool ready = false;  // verack seen
    std::string user_agent;
    std::uint32_t version = 0;
    std::uint64_t services = 0;
    Time connected;
    std::optional<Duration> ping, ping_min;
    std::optional<Duration> ping_wait;
    std::int32_t start_height = 0;
    const HeaderNode* best_known = nullptr;   // the best header that it has shown us
    const HeaderNode* last_common = nullptr;  // the last block that both have
    std::vector<Height> in_flight;            // blocks asked of it
    std::uint64_t bytes_sent = 0, bytes_received = 0;
    std::optional<Time> last_block, last_transaction;
    bool relays_transactions = true;
    mempool::FeeRate fee_filter;
};

// Decides whom we talk to and what we tell them. Mirrors the header tree and the pool from Ledger's
// effects (shared immutable values, so a mirror is an index, not a copy), owns orphans and download
// state, and calls neither chain nor mempool. One class a concern; this one only routes.
class Gossip {
public:
    Gossip(const Parameters& parameters, const Limits& limits, Random& random);
    ~Gossip();

    // Once, before any input: the tree, tip and which bodies we have. `tree` outlives Gossip and is
    // only read.
    void open(const chain::BlockTree& tree, const HeaderNode* tip, Time now);
    void handle(GossipInput input, Time now, std::vector<GossipEffect>& out);
    [[nodiscard]] std::optional<Time> next_wakeup() const;
    void handle_timer(Time now, std::vector<GossipEffect>& out);
    // True while the chain wants no more blocks: block download pauses, nothing else.
    void pause_download(bool paused);

    [[nodiscard]] std::vector<PeerView> peers() const;  // by id
    [[nodiscard]] bool network_active() const;
    // True until the tip came within a day of now once, or no peer has more work than we.
    [[nodiscard]] bool initial_download() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace starling::p2p
