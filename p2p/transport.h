#pragma once

#include "consensus/bytes.h"
#include "consensus/parameters.h"
#include "p2p/crypto/curve.h"
#include "p2p/message.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace starling::p2p {

// Bitcoin's bound on a message, and ours on every transport.
constexpr std::size_t kMessageBytesMax = 4'000'000;
constexpr std::size_t kCommandBytes = 12;

// A message between its transport and its meaning.
struct RawMessage {
    using Checksum = std::array<std::uint8_t, 4>;

    std::string command;
    Shared<Bytes> payload;
    std::optional<Checksum> checksum = {};  // `plain` only, as claimed; decode() checks it
    std::size_t header_bytes = 0;

    [[nodiscard]] std::size_t wire_bytes() const { return header_bytes + payload->size(); }
};

// Pure; run by a worker, for it may hash the payload. A wrong checksum is Malformed.
Message decode(const RawMessage& raw, const Parameters& parameters);

// Why the bytes of a connection end it: at once, finally, and without a word.
enum class TransportError {
    foreign_magic,
    bad_command,
    too_long,
    bad_handshake,
    changed,  // a frame that its sender did not seal like this
};
std::string_view describe(TransportError error);

// Turns the messages of one connection into bytes and bytes into messages: over the encrypted link
// (p2p/link) or, where a network allows it, in Bitcoin's own framing (plain_transport.h). Does no
// input or output.
//
// Sealing and opening a block takes milliseconds, so both are for workers. The two halves share
// nothing once the transport is established: open() may run beside seal(), but calls of one of them
// come one after the other, in the order of the bytes.
class Transport {
public:
    struct Opened {
        std::vector<RawMessage> messages;
        Bytes reply;               // goes out as it is, before anything that is sealed
        bool established = false;  // the handshake is done: from now on seal() may be called
        // Final: there is no message and no reply beside it, and open() must not be called again.
        std::optional<TransportError> error;
    };

    virtual ~Transport() = default;

    // The bytes that arrived. Called once with none before any came: who dials may have to begin.
    // Memory grows with the bytes that arrived, never with a length that they claim.
    virtual Opened open(ByteView bytes) = 0;
    virtual Bytes seal(std::span<const RawMessage> messages) = 0;
    // Of a message, without what a transport adds to several together.
    [[nodiscard]] virtual std::size_t header_bytes() const = 0;
    // Once established: the key that the other side proved to hold; none over `plain`.
    [[nodiscard]] virtual std::optional<CompressedKey> peer_key() const = 0;
};

}  // namespace starling::p2p
