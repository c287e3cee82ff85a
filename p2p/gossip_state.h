#pragma once

#include "p2p/addresses.h"
#include "p2p/admission.h"
#include "p2p/block_download.h"
#include "p2p/block_relay.h"
#include "p2p/chain_mirror.h"
#include "p2p/dialler.h"
#include "p2p/discouraged.h"
#include "p2p/gossip.h"
#include "p2p/handshake.h"
#include "p2p/headers_sync.h"
#include "p2p/liveness.h"
#include "p2p/outbound_peers.h"
#include "p2p/pool_mirror.h"
#include "p2p/record_exchange.h"
#include "p2p/tx_download.h"
#include "p2p/tx_relay.h"
#include "p2p/unknown_messages.h"
#include "p2p/uploads.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace starling::p2p {

// The concerns side by side, and the routing between them: which input, and which message of which
// peer, is whose. Decides nothing itself.
struct Gossip::State {
    State(const Parameters& parameters,
          const Limits& limits,
          Random& random,
          const Netgroups& netgroups);

    // Runs `step`, then what every step ends with: drops are carried out, downloads scheduled.
    template <class Step>
    void in_turn(Time now, std::vector<GossipEffect>& effects, Step step) {
        Outbox out(effects, last_ticket, refusals, now);
        Turn turn{now, peers, chain, out};
        step(turn);
        finish(turn);
    }
    void handle_timers(Turn& turn);
    [[nodiscard]] std::optional<Time> next_wakeup() const;
    // May it be dialled? While a person refuses its node it is known all the same.
    [[nodiscard]] bool is_candidate(const Record& record) const;
    [[nodiscard]] PeerView view_of(const Peer& peer) const;
    [[nodiscard]] Figures figures(Time now) const;
    [[nodiscard]] EclipseSigns eclipse_signs(Time now) const;
    void count_peers(Figures& figures, Time now) const;

    // Inputs
    void on(const PeerConnected& input, Turn& turn);
    void on(const PeerLost& input, Turn& turn);
    void on(const DialFailed& input, Turn& turn);
    void on(const MessageReceived& input, Turn& turn);
    void on(const SendBudget& input, Turn& turn);
    void on(const PeerAdded& input, Turn& turn);
    void on(const PeerRemoved& input, Turn& turn);
    void on(const DisconnectAsked& input, Turn& turn);
    void on(const NetworkActive& input, Turn& turn);
    void on(const CandidatesFound& input, Turn& turn);
    void on(const OwnRecordChanged& input, Turn& turn);
    void on(const NodeRefused& input, Turn& turn);
    void on(const AnchorsRead& input, Turn& turn);
    void on(const TransactionPosted& input, Turn& turn);
    void on(const chain::Decided& input, Turn& turn);
    void on(const chain::HeadersAdded& input, Turn& turn);
    void on(const chain::TipChanged& input, Turn& turn);
    void on(const chain::BodyKept& input, Turn& turn);
    void on(const chain::BlockInvalid& input, Turn& turn);
    void on(const mempool::TransactionDecided& input, Turn& turn);
    void on(const mempool::PoolChanged& input, Turn& turn);

    // Messages of a peer that is ready. Those that only a handshake may hold are in its place.
    void on(Peer& peer, const Ping& message, Turn& turn);
    void on(Peer& peer, const Pong& message, Turn& turn);
    void on(Peer& peer, const SendHeaders& message, Turn& turn);
    void on(Peer& peer, const FeeFilter& message, Turn& turn);
    void on(Peer& peer, const GetHeaders& message, Turn& turn);
    void on(Peer& peer, const Headers& message, Turn& turn);
    void on(Peer& peer, const Inv& message, Turn& turn);
    void on(Peer& peer, const GetData& message, Turn& turn);
    void on(Peer& peer, const NotFound& message, Turn& turn);
    void on(Peer& peer, const Tx& message, Turn& turn);
    void on(Peer& peer, const BlockMessage& message, Turn& turn);
    void on(Peer& peer, const GetAddr& message, Turn& turn);
    void on(Peer& peer, const AddrV2& message, Turn& turn);
    void on(Peer& peer, const RecordMessage& message, Turn& turn);
    void on(Peer& peer, const GetRecords& message, Turn& turn);
    void on(Peer& peer, const Records& message, Turn& turn);
    void on(Peer& peer, const Unknown& message, Turn& turn);
    void on(Peer& peer, const Malformed& message, Turn& turn);
    void on(Peer& peer, const Version& message, Turn& turn);
    void on(Peer& peer, const Verack& message, Turn& turn);
    void on(Peer& peer, const WtxidRelay& message, Turn& turn);
    void on(Peer& peer, const SendAddrV2& message, Turn& turn);

    void refuse(Peer& newcomer, Refusal refusal, Turn& turn);
    // By a person.
    [[nodiscard]] bool asked_for(const Peer& peer) const;
    void discourage(const Peer& peer);
    [[nodiscard]] bool is_discouraged(const Peer& peer) const;
    void became_ready(Peer& peer, Turn& turn);
    void forget(PeerId id, Turn& turn);
    void finish(Turn& turn);

    const Limits limits;
    const Pace pace;
    const NetworkTag network;
    const Netgroups netgroups;
    // What eclipse_signs needs of them: how often blocks are due (0 seconds: when a person wants
    // one), how far ahead of us theirs may be.
    const bool one_machine;
    const Duration spacing;
    const Duration block_clocks_apart;
    Time opened, active_since;
    std::uint64_t last_ticket = kFirstTicket;
    Refusals refusals;
    Peers peers;
    Admission admission;
    Discouraged discouraged;
    ChainMirror chain;
    Handshake handshake;
    Liveness liveness;
    HeadersSync headers;
    BlockDownload download;
    BlockRelay block_relay;
    PoolMirror pool;
    TxDownload tx_download;
    TxRelay tx_relay;
    Uploads uploads;
    Addresses addresses;
    Dialler dialler;
    OutboundPeers outbound;
    RecordExchange records;
    UnknownMessages unknown;
};

}  // namespace starling::p2p
