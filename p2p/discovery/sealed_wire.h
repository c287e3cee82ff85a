#pragma once

#include "consensus/random.h"
#include "p2p/discovery/limits.h"
#include "p2p/discovery/wire.h"

#include <memory>
#include <optional>
#include <vector>

namespace starling::p2p::discv5 {

// Sessions of keys: challenges those it has no keys with, answers challenges, keeps keys.
//
// Rules (discv5-theory, "Handshake Steps"; interoperability as geth):
//   - keys belong to (node id, address), never to a node id alone;
//   - the answer to an unproven datagram is a WHOAREYOU of 63 bytes, never more than came in;
//   - a second undecryptable packet during a handshake gets the first WHOAREYOU again, byte for
//     byte;
//   - several messages may be under way to a node without a session: a WHOAREYOU names one by its
//     nonce, the others are sent again when the session exists;
//   - responses are only sent within a session, and never challenged.
class SealedWire final : public Wire {
public:
    SealedWire(const Identity& identity, const Limits& limits, Random& random, RecordOf record_of);
    ~SealedWire() override;

    void set_record(Shared<Record> own) override;
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
    [[nodiscard]] std::optional<Time> next_wakeup() const override;
    void handle_timer(Time now) override;
    [[nodiscard]] WireQueues queues() const override;
    [[nodiscard]] const WireCounters& counters() const override;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace starling::p2p::discv5
