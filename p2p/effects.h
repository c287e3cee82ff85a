#pragma once

#include "mempool/ledger.h"
#include "p2p/address.h"
#include "p2p/anchors.h"
#include "p2p/event.h"
#include "p2p/identity/sighting.h"
#include "p2p/message.h"
#include "p2p/peer_id.h"

#include <cstddef>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace starling::p2p {

// ---- Inputs ----
struct PeerConnected {
    PeerId peer;
    Direction direction = Direction::inbound;
    Endpoint address;
    bool manual = false;  // by --connect, --addnode or the RPC: dialled again when lost
    // The key that the link proved; none over `plain`, which proves nothing.
    std::optional<CompressedKey> key;
    // The key's node, no other, where it is known already (a simulated link knows both ends): it
    // takes a square root.
    std::optional<NodeId> node{};
};
struct PeerLost {  // also of a peer that was dropped: known already, ignored
    PeerId peer;
    bool foreign = false;  // its bytes began with another network's magic: counted
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
    bool keep = true;                  // dial again when lost
    std::optional<CompressedKey> key;  // whom to find there; must be known unless links are plain
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
struct CandidatesFound {  // discovery, a peer's `records` or the LAN found nodes of our network
    std::vector<Sighting> sightings;
};
// What we tell peers of ourselves, and by its id who we are: before the first connection with a
// key.
struct OwnRecordChanged {
    Shared<Record> record;
};
// RPC setban with a node id: no connection with it, in either direction. It stays known, and may be
// dialled as soon as it is refused no more.
struct NodeRefused {
    NodeId node;
    bool refused = true;
};
// Whom we were connected to for blocks alone before the last stop or crash: dialled first. Once,
// before CandidatesFound.
struct AnchorsRead {
    std::vector<Anchor> anchors;
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
                                 CandidatesFound,
                                 OwnRecordChanged,
                                 NodeRefused,
                                 AnchorsRead,
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
    std::optional<CompressedKey> key;  // as in PeerAdded
};
struct Send {
    PeerId peer;
    Message message;
};
struct SendBody {  // the block as stored: the shell reads it (worker) and sends it as `block`
    PeerId peer;
    BlockHash hash;
};
struct Drop {  // what was sent before may still be written; nothing that comes is handed in
    PeerId peer;
    std::string reason;
};
// To Ledger; the ticket comes back in Decided.
struct Submit {
    mempool::LedgerInput input;
};
// A peer told of this node: to discovery, which asks it before it believes anything.
struct RecordHeard {
    Sighting sighting;
};
// To be kept until the next start: read then, and given back by AnchorsRead.
struct AnchorsChanged {
    std::vector<Anchor> anchors;
};
using GossipEffect =
    std::variant<Dial, Send, SendBody, Drop, Submit, RecordHeard, AnchorsChanged, Event>;

}  // namespace starling::p2p
