#pragma once

#include "consensus/bytes.h"
#include "consensus/result.h"
#include "p2p/identity/record.h"

#include <array>
#include <cstdint>
#include <string_view>
#include <variant>
#include <vector>

namespace starling::p2p::discv5 {

// The messages of Node Discovery v5.1 (discv5-wire, "Protocol Messages").

using RequestId = Bytes;  // at most 8 bytes, given back byte for byte
constexpr std::size_t kRequestIdBytesMax = 8;

struct Ping {
    RequestId id;
    std::uint64_t sequence = 0;  // of the sender's record
};
struct Pong {
    RequestId id;
    std::uint64_t sequence = 0;
    Endpoint seen;  // where the ping came from
};
struct FindNode {
    RequestId id;
    std::vector<unsigned> distances;  // 0 (the node's own record) to 256
};
struct Nodes {
    RequestId id;
    std::uint64_t total = 1;  // packets of this answer
    // As they came: the requester decodes them, for it alone knows whether it asked.
    std::vector<Bytes> records;
};
struct TalkRequest {
    RequestId id;
    Bytes protocol;
    Bytes request;
};
struct TalkResponse {
    RequestId id;
    Bytes response;
};
using Message = std::variant<Ping, Pong, FindNode, Nodes, TalkRequest, TalkResponse>;

const RequestId& request_id(const Message& message);
bool is_request(const Message& message);
std::string_view name_of(const Message& message);  // "ping", ...

Bytes encode(const Message& message);  // type byte and RLP

enum class MessageError { empty, unknown_type, bad_rlp, long_request_id, bad_field };
std::string_view describe(MessageError error);
Result<Message, MessageError> decode_message(ByteView plain);

}  // namespace starling::p2p::discv5
