#include "p2p/handshake.h"

#include "p2p/chain_mirror.h"

#include <algorithm>
#include <string>

namespace starling::p2p {

void Handshake::connected(Peer& peer, Turn& turn) {
    peer.our_nonce = random_.next();
    wakeup_.by(turn.now + limits_.handshake_timeout);
    if (!peer.inbound()) send_version(peer, turn);
}

bool Handshake::received(Peer& peer, const Message& message, Turn& turn) {
    if (const auto* malformed = std::get_if<Malformed>(&message)) {
        turn.out.blame(peer, Offence::malformed_message, malformed->reason);
    } else if (const auto* version = std::get_if<Version>(&message)) {
        on_version(peer, *version, turn);
    } else if (!peer.version) {
        turn.out.drop(peer.id, "spoke before its version");
    } else if (std::holds_alternative<WtxidRelay>(message)) {
        peer.wtxid_relay = peer.version->version >= kProtocolVersion;
    } else if (std::holds_alternative<SendAddrV2>(message)) {
        peer.addr_v2 = true;
    } else if (std::holds_alternative<Verack>(message)) {
        peer.ready = true;
        turn.out.report({.kind = Event::Kind::handshake_done,
                         .peer = peer.id,
                         .detail = peer.version->user_agent});
    } else if (!std::holds_alternative<Unknown>(message)) {  // new negotiations come as these
        turn.out.blame(peer, Offence::broken_protocol, command_of(message));
    }
    return peer.ready;
}

void Handshake::handle_timer(Turn& turn) {
    if (!wakeup_.due(turn.now)) return;
    wakeup_.clear();
    for (auto& [id, peer] : turn.peers.all()) {
        if (peer.ready) continue;
        const Time deadline = peer.connected + limits_.handshake_timeout;
        if (turn.now >= deadline) {
            turn.out.refuse(id, Refusal::handshake_timeout);
        } else {
            wakeup_.by(deadline);
        }
    }
}

void Handshake::send_version(Peer& peer, Turn& turn) {
    using std::chrono::floor;
    const auto seconds = floor<std::chrono::seconds>(turn.now.time_since_epoch());
    turn.out.send(peer, Version{.version = kProtocolVersion,
                                .services = kServiceNetwork | kServiceWitness,
                                .time = seconds.count(),
                                .nonce = peer.our_nonce,
                                .user_agent = "/starling:" STARLING_VERSION "/",
                                .start_height = turn.chain.tip()->height.value,
                                .relay = !peer.block_only()});
}

void Handshake::on_version(Peer& peer, const Version& version, Turn& turn) {
    if (peer.version) return turn.out.blame(peer, Offence::broken_protocol, "second version");
    for (auto& [id, other] : turn.peers.all()) {
        if (other.inbound() || other.our_nonce != version.nonce) continue;
        other.is_ourselves = true;
        turn.out.refuse(id, Refusal::ourselves);
        if (id != peer.id) turn.out.refuse(peer.id, Refusal::ourselves);
        return;
    }
    if (version.version < kProtocolVersionMin)
        return turn.out.refuse(peer.id, Refusal::old_protocol);

    peer.version = version;
    // Any 64 bits may stand there; the bound keeps the difference within its type.
    const auto theirs = std::clamp<std::int64_t>(version.time, 0, std::int64_t{1} << 40);
    // Theirs is cut to the second: so must ours be, or every clock seems to be slow.
    peer.clock_offset = std::chrono::seconds{theirs} -
                        std::chrono::floor<std::chrono::seconds>(turn.now.time_since_epoch());
    if (peer.inbound()) send_version(peer, turn);
    if (version.version >= kProtocolVersion) turn.out.send(peer, WtxidRelay{});
    if (!peer.key) turn.out.send(peer, SendAddrV2{});
    turn.out.send(peer, Verack{});
}

}  // namespace starling::p2p
