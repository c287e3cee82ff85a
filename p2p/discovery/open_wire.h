#pragma once

#include "p2p/discovery/datagram_allowance.h"
#include "p2p/discovery/limits.h"
#include "p2p/discovery/lru_map.h"
#include "p2p/discovery/met_contacts.h"
#include "p2p/discovery/open_packet.h"
#include "p2p/discovery/wire.h"

#include <optional>
#include <vector>

namespace starling::p2p::discv5 {

// The wire of a simulator that leaves out what is not its subject: no bytes, no keys, no handshake.
// Whoever carries its packets vouches for what keys would prove: that `from` of a packet is the
// node that sent it and that this node receives at the address it came from. So nobody may be let
// send in the name of a node whose key it has not, nor from an address that is not its own.
//
// As with SealedWire a session belongs to (node id, address), is made by the first packet from
// there, and the record of who speaks first is delivered where it is not the one that we know;
// responses are sent within a session alone; datagrams and handshakes are taken in at the same
// rates. Left out is the round trip of WHOAREYOU: a first request takes one where a sealed one
// takes two, and is lost as often as one packet is, not three.
//
// Bounds: sessions_max, and requests_max contacts that were asked and are still unknown.
class OpenWire final : public Wire {
public:
    OpenWire(const NodeId& own, const Limits& limits, Random& random, RecordOf record_of);

    void set_record(Shared<Record> own) override { record_ = std::move(own); }
    void send_request(const Contact& to,
                      const CompressedKey& key,
                      Message message,
                      Time now,
                      std::vector<Datagram>& out) override;
    void send_response(const Contact& to,
                       Message message,
                       Time now,
                       std::vector<Datagram>& out) override;
    void received(const DatagramReceived& datagram,
                  Time now,
                  std::vector<Datagram>& out,
                  std::vector<Delivered>& delivered) override;
    // Nothing here needs one: what expired is forgotten when somebody speaks.
    [[nodiscard]] std::optional<Time> next_wakeup() const override { return std::nullopt; }
    void handle_timer(Time now) override { expire(now); }
    [[nodiscard]] WireQueues queues() const override;
    [[nodiscard]] const WireCounters& counters() const override { return counters_; }

private:
    struct Nothing {};

    void expire(Time now);
    void drop(Dropped reason) { ++counters_.dropped[static_cast<std::size_t>(reason)]; }
    void send(const Contact& to, Message message, std::vector<Datagram>& out);
    // A session with who has none yet, and its record if that is news. Nothing if it may not be.
    std::optional<Shared<Record>> met(const Contact& contact, const OpenPacket& packet, Time now);

    NodeId own_;
    const Limits& limits_;
    RecordOf record_of_;
    Shared<Record> record_;
    WireCounters counters_;
    DatagramAllowance allowance_;
    TokenBucket their_handshakes_;
    TokenBucket own_handshakes_;
    MetContacts sessions_;
    LruMap<Contact, Nothing> asked_;  // a queue: of who has no session yet, for challenge_timeout
};

}  // namespace starling::p2p::discv5
