#pragma once

#include "consensus/bytes.h"
#include "consensus/result.h"
#include "p2p/identity/record.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <variant>
#include <vector>

namespace starling::p2p::discv5 {

// The messages of Node Discovery v5.1 (discv5-wire, "Protocol Messages").

constexpr std::size_t kRequestIdBytesMax = 8;
// What a request is called by its sender; given back byte for byte.
class RequestId {
public:
    RequestId() = default;
    // At most kRequestIdBytesMax bytes.
    RequestId(ByteView bytes) : size_(static_cast<std::uint8_t>(bytes.size())) {
        assert(bytes.size() <= kRequestIdBytesMax);
        std::ranges::copy(bytes, bytes_.begin());
    }
    RequestId(const Bytes& bytes) : RequestId(ByteView(bytes)) {}
    RequestId(std::initializer_list<std::uint8_t> bytes)
        : RequestId(ByteView(bytes.begin(), bytes.size())) {}

    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] ByteView view() const { return {bytes_.data(), size_}; }

    friend auto operator<=>(const RequestId&, const RequestId&) = default;

private:
    std::array<std::uint8_t, kRequestIdBytesMax> bytes_{};
    std::uint8_t size_ = 0;
};
constexpr unsigned kDistanceMax = 256;
constexpr std::size_t kDistancesMax = kDistanceMax + 1;  // each once
// A datagram of 1,280 bytes holds ten of the smallest records (id, key and signature: 119 bytes).
constexpr std::size_t kNodesRecordsMax = 10;

struct Ping {
    RequestId id;
    std::uint64_t sequence = 0;  // of the sender's record

    friend bool operator==(const Ping&, const Ping&) = default;
};
struct Pong {
    RequestId id;
    std::uint64_t sequence = 0;
    Endpoint seen;  // where the ping came from

    friend bool operator==(const Pong&, const Pong&) = default;
};
struct FindNode {
    RequestId id;
    std::vector<unsigned> distances;  // 0 (the node's own record) to 256

    friend bool operator==(const FindNode&, const FindNode&) = default;
};
struct Nodes {
    RequestId id;
    std::uint64_t total = 1;  // packets of this answer
    // As they came: the requester decodes them, for it alone knows whether it asked.
    std::vector<Bytes> records;
    // Records that were checked already: what is answered, and what an open wire carries as it is.
    // Encoded behind the others; decoding gives none.
    std::vector<Shared<Record>> checked{};

    friend bool operator==(const Nodes&, const Nodes&) = default;
};
struct TalkRequest {
    RequestId id;
    Bytes protocol;
    Bytes request;

    friend bool operator==(const TalkRequest&, const TalkRequest&) = default;
};
struct TalkResponse {
    RequestId id;
    Bytes response;

    friend bool operator==(const TalkResponse&, const TalkResponse&) = default;
};
using Message = std::variant<Ping, Pong, FindNode, Nodes, TalkRequest, TalkResponse>;

const RequestId& request_id(const Message& message);
bool is_request(const Message& message);
std::string_view name_of(const Message& message);  // "ping", ...

Bytes encode(const Message& message);               // type byte and RLP
std::size_t encoded_bytes(const Message& message);  // encode(message).size(), without encoding
// Does it keep to the bounds of what can be decoded? So that a message which never was bytes can do
// no more than one that was.
bool within_bounds(const Message& message);

// What decodes keeps to the bounds above; the claimed `total` of NODES alone is anything.
enum class MessageError { empty, unknown_type, bad_rlp, long_request_id, bad_field };
std::string_view describe(MessageError error);
Result<Message, MessageError> decode_message(ByteView plain);

}  // namespace starling::p2p::discv5
