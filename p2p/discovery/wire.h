#pragma once

#include "consensus/random.h"
#include "consensus/time.h"
#include "p2p/discovery/contact.h"
#include "p2p/discovery/limits.h"
#include "p2p/discovery/packet.h"
#include "p2p/discovery/protocol.h"
#include "p2p/identity/record.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace starling::p2p::discv5 {

// A message whose sender is proven: it holds the key of `from.id` and receives at `from.address`.
struct Delivered {
    Contact from;
    Message message;
    Shared<Record> record;  // the sender's, where the handshake brought one; checked
};

// Why a datagram was not used, for the metrics.
enum class Dropped {
    bad_packet,     // no packet of ours
    rate_limited,   // its address or all together sent too many
    unexpected,     // a WHOAREYOU that answers nothing, a handshake without a challenge
    bad_handshake,  // record, signature or key exchange wrong
    undecryptable,  // challenged, or the challenge is under way
    bad_message,    // sealed correctly, but no message of the protocol
    challenges_full,
};
constexpr std::size_t kDroppedKinds = 7;
std::string_view name_of(Dropped reason);

struct WireCounters {
    // By Message's alternatives, then WHOAREYOU.
    std::array<std::uint64_t, 7> received{}, sent{};
    std::array<std::uint64_t, kDroppedKinds> dropped{};
    std::uint64_t handshakes = 0;  // completed, both directions
};

// Sessions: turns datagrams into messages whose sender is proven, and messages into datagrams.
// Challenges those it has no keys with, answers challenges, keeps keys. Knows nothing of requests,
// of what messages mean or of the table.
//
// Rules (discv5-theory, "Handshake Steps"; interoperability as geth):
//   - keys belong to (node id, address), never to a node id alone;
//   - the answer to an unproven datagram is a WHOAREYOU of 63 bytes, never more than came in;
//   - a second undecryptable packet during a handshake gets the first WHOAREYOU again, byte for
//     byte;
//   - several messages may be under way to a node without a session: a WHOAREYOU names one by its
//     nonce, the others are sent again when the session exists;
//   - responses are only sent within a session, and never challenged.
class Wire {
public:
    // `record_of` gives the newest record known of a node, or null; called during received().
    Wire(const Identity& identity,
         const Limits& limits,
         Random& random,
         std::function<Shared<Record>(const NodeId&)> record_of);
    ~Wire();

    // What we prove ourselves with, from now on.
    void set_record(Shared<Record> own);

    // A request: kept until a session with `to` carried it or `challenge_timeout` passed. `key` is
    // the receiver's, of its record.
    void send_request(const Contact& to,
                      const CompressedKey& key,
                      const Message& message,
                      Time now,
                      std::vector<Datagram>& out);
    // An answer; dropped where no session exists any more.
    void send_response(const Contact& to,
                       const Message& message,
                       Time now,
                       std::vector<Datagram>& out);

    void received(const Endpoint& from,
                  ByteView datagram,
                  Time now,
                  std::vector<Datagram>& out,
                  std::vector<Delivered>& delivered);

    [[nodiscard]] std::optional<Time> next_wakeup() const;
    void handle_timer(Time now);  // forgets what expired

    [[nodiscard]] std::size_t sessions() const;
    [[nodiscard]] const WireCounters& counters() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace starling::p2p::discv5
