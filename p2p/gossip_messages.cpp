// The routing of messages of peers that are ready: one function a message.

#include "p2p/gossip_state.h"

#include <algorithm>
#include <string>
#include <string_view>

namespace starling::p2p {
namespace {

// Our version said so (BIP 37's relay); Bitcoin Core ends the connection too.
constexpr std::string_view kUnwantedTransaction = "a transaction where only blocks are wanted";

}  // namespace

void Gossip::State::on(Peer& peer, const Ping& message, Turn& turn) {
    if (peer.queued_bytes <= limits.send_queue_bytes_max) turn.out.send(peer, Pong{message.nonce});
}

void Gossip::State::on(Peer& peer, const Pong& message, Turn& turn) {
    liveness.received(peer, message, turn);
}

void Gossip::State::on(Peer& peer, const SendHeaders&, Turn&) {
    peer.send_headers = true;
}

void Gossip::State::on(Peer& peer, const FeeFilter& message, Turn&) {
    if (message.units_per_kvb >= 0 && message.units_per_kvb <= kMoneyMax.units)
        peer.fee_filter = message.units_per_kvb;
}

void Gossip::State::on(Peer& peer, const GetHeaders& message, Turn& turn) {
    block_relay.received(peer, message, turn);
}

void Gossip::State::on(Peer& peer, const Headers& message, Turn& turn) {
    headers.received(peer, message, turn);
    outbound.showed_headers(peer, turn);
}

void Gossip::State::on(Peer& peer, const Inv& message, Turn& turn) {
    bool unknown_block = false;
    for (const InventoryItem& item : message.items) {
        if (item.is_transaction() && peer.block_only())
            return turn.out.drop(peer.id, std::string(kUnwantedTransaction));
        if (item.is(InventoryItem::Type::wtxid))
            tx_relay.heard(peer.id, Wtxid{item.hash}, turn.now);
        if (item.is_transaction()) tx_download.announced(peer, item, turn);
        if (!item.is_block()) continue;
        turn.moves_blocks = true;
        const HeaderNode* node = chain.find(BlockHash{item.hash});
        if (node != nullptr) {
            peer.has_shown(node);
        } else {
            unknown_block = true;
        }
    }
    // One request for all of them: its answer brings every header that we lack.
    if (unknown_block) headers.announced(peer, turn);
}

void Gossip::State::on(Peer& peer, const GetData& message, Turn& turn) {
    uploads.received(peer, message, turn);
}

void Gossip::State::on(Peer& peer, const NotFound& message, Turn& turn) {
    for (const InventoryItem& item : message.items) {
        if (item.is_transaction()) tx_download.not_found(peer, item);
        if (item.is_block()) download.not_found(peer, BlockHash{item.hash}, turn);
    }
}

void Gossip::State::on(Peer& peer, const Tx& message, Turn& turn) {
    if (peer.block_only()) return turn.out.drop(peer.id, std::string(kUnwantedTransaction));
    tx_relay.heard(peer.id, message.transaction->wtxid(), turn.now);
    tx_download.received(peer, message, turn);
}

void Gossip::State::on(Peer& peer, const BlockMessage& message, Turn& turn) {
    download.received(peer, message, turn);
}

// Addresses travel on links without a key, records on those with one.

void Gossip::State::on(Peer& peer, const GetAddr&, Turn& turn) {
    if (peer.key) return turn.out.blame(peer, Offence::broken_protocol, GetAddr::kCommand);
    addresses.asked(peer, dialler.given(), turn);
}

void Gossip::State::on(Peer& peer, const AddrV2&, Turn& turn) {  // see Addresses
    if (peer.key) turn.out.blame(peer, Offence::broken_protocol, AddrV2::kCommand);
}

void Gossip::State::on(Peer& peer, const RecordMessage& message, Turn& turn) {
    if (!peer.key) return turn.out.blame(peer, Offence::broken_protocol, RecordMessage::kCommand);
    if (records.received(peer, message, turn)) outbound.introduced(peer, turn.now);
}

void Gossip::State::on(Peer& peer, const GetRecords& message, Turn& turn) {
    if (!peer.key) return turn.out.blame(peer, Offence::broken_protocol, GetRecords::kCommand);
    records.received(peer, message, {outbound.addresses(), admission}, turn);
}

void Gossip::State::on(Peer& peer, const Records& message, Turn& turn) {
    if (!peer.key) return turn.out.blame(peer, Offence::broken_protocol, Records::kCommand);
    records.received(peer, message, turn);
}

void Gossip::State::on(Peer&, const Unknown&, Turn&) {}  // see UnknownMessages

void Gossip::State::on(Peer& peer, const Malformed& message, Turn& turn) {
    turn.out.blame(peer, Offence::malformed_message, message.command + ", " + message.reason);
}

void Gossip::State::on(Peer& peer, const Version&, Turn& turn) {
    turn.out.blame(peer, Offence::broken_protocol, Version::kCommand);
}

void Gossip::State::on(Peer& peer, const Verack&, Turn& turn) {
    turn.out.blame(peer, Offence::broken_protocol, Verack::kCommand);
}

void Gossip::State::on(Peer& peer, const WtxidRelay&, Turn& turn) {
    turn.out.blame(peer, Offence::late_negotiation, WtxidRelay::kCommand);
}

void Gossip::State::on(Peer& peer, const SendAddrV2&, Turn& turn) {
    turn.out.blame(peer, Offence::late_negotiation, SendAddrV2::kCommand);
}

}  // namespace starling::p2p
