#pragma once

#include "p2p/discovery/packet.h"
#include "p2p/discovery/sealed_wire.h"
#include "support/identities.h"
#include "support/seeded_random.h"

#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace starling::test {

// A Wire with an identity, a record and an address, and what it gave out.
struct WireNode {
    explicit WireNode(std::uint8_t number,
                      const p2p::discv5::Limits& bounds = {},
                      std::uint64_t seed = 0)
        : limits(bounds),
          address(p2p::Endpoint::ipv4({10, 0, number, 1}, 9'000)),
          identity(test::identity(100U + number)),
          random(seed * 1'000 + number),
          wire(identity, limits, random, [this](const p2p::NodeId& id) {
              const auto it = known.find(id);
              return it == known.end() ? nullptr : it->second;
          }) {
        publish(1);
    }
    WireNode(const WireNode&) = delete;
    WireNode& operator=(const WireNode&) = delete;

    void publish(std::uint64_t sequence) {
        record = p2p::Record::sign({.sequence = sequence, .udp = address}, identity);
        wire.set_record(record);
    }
    [[nodiscard]] p2p::discv5::Contact contact() const { return {identity.id, address}; }

    // What is sent since the last call.
    std::vector<p2p::discv5::Datagram> ask(const WireNode& other,
                                           const p2p::discv5::Message& message,
                                           Time now) {
        std::vector<p2p::discv5::Datagram> out;
        wire.send_request(other.contact(), other.identity.key, message, now, out);
        return out;
    }
    std::vector<p2p::discv5::Datagram> answer(const p2p::discv5::Contact& to,
                                              const p2p::discv5::Message& message,
                                              Time now) {
        std::vector<p2p::discv5::Datagram> out;
        wire.send_response(to, message, now, out);
        return out;
    }
    // Delivered messages are appended to `heard`.
    std::vector<p2p::discv5::Datagram> receive(const p2p::Endpoint& from,
                                               ByteView datagram,
                                               Time now) {
        std::vector<p2p::discv5::Datagram> out;
        wire.received({from, Bytes(datagram.begin(), datagram.end())}, now, out, heard);
        return out;
    }
    [[nodiscard]] std::uint64_t dropped(p2p::discv5::Dropped reason) const {
        return wire.counters().dropped[static_cast<std::size_t>(reason)];
    }

    p2p::discv5::Limits limits;
    p2p::Endpoint address;
    p2p::Identity identity;
    SeededRandom random;
    std::map<p2p::NodeId, Shared<p2p::Record>> known;
    Shared<p2p::Record> record;
    p2p::discv5::SealedWire wire;
    std::vector<p2p::discv5::Delivered> heard;
};

}  // namespace starling::test
