#include "p2p/discovery/protocol.h"

#include "p2p/identity/rlp.h"

#include <algorithm>
#include <cassert>
#include <limits>
#include <utility>

namespace starling::p2p::discv5 {
namespace {

constexpr std::size_t kIpv4Bytes = 4;
constexpr std::size_t kIpv6Bytes = 16;

// The fields behind the request id.
void write(RlpWriter& out, const Ping& ping) {
    out.number(ping.sequence);
}
void write(RlpWriter& out, const Pong& pong) {
    const ByteView address = pong.seen.address;
    out.number(pong.sequence);
    out.string(pong.seen.is_ipv4() ? address.last(kIpv4Bytes) : address);
    out.number(pong.seen.port);
}
void write(RlpWriter& out, const FindNode& find) {
    RlpWriter distances;
    for (const unsigned distance : find.distances)
        distances.number(distance);
    out.list(distances.take());
}
void write(RlpWriter& out, const Nodes& nodes) {
    RlpWriter records;
    for (const Bytes& record : nodes.records)
        records.raw(record);
    for (const Shared<Record>& record : nodes.checked)
        records.raw(record->bytes());
    out.number(nodes.total);
    out.list(records.take());
}
void write(RlpWriter& out, const TalkRequest& talk) {
    out.string(talk.protocol);
    out.string(talk.request);
}
void write(RlpWriter& out, const TalkResponse& talk) {
    out.string(talk.response);
}

// ---- How long they are ----
std::size_t with_prefix(std::size_t content) {
    if (content < 56) return 1 + content;
    std::size_t size_bytes = 0;
    for (std::size_t left = content; left != 0; left >>= 8)
        ++size_bytes;
    return 1 + size_bytes + content;
}
std::size_t size_of(ByteView string) {
    const bool itself = string.size() == 1 && string[0] < 0x80;
    return itself ? 1 : with_prefix(string.size());
}
std::size_t size_of(std::uint64_t number) {
    if (number < 0x80) return 1;
    std::size_t bytes = 0;
    for (; number != 0; number >>= 8)
        ++bytes;
    return with_prefix(bytes);
}

std::size_t fields_size(const Ping& ping) {
    return size_of(ping.sequence);
}
std::size_t fields_size(const Pong& pong) {
    const std::size_t address = pong.seen.is_ipv4() ? kIpv4Bytes : kIpv6Bytes;
    return size_of(pong.sequence) + with_prefix(address) + size_of(std::uint64_t{pong.seen.port});
}
std::size_t fields_size(const FindNode& find) {
    std::size_t distances = 0;
    for (const unsigned distance : find.distances)
        distances += size_of(std::uint64_t{distance});
    return with_prefix(distances);
}
std::size_t fields_size(const Nodes& nodes) {
    std::size_t records = 0;
    for (const Bytes& record : nodes.records)
        records += record.size();
    for (const Shared<Record>& record : nodes.checked)
        records += record->bytes().size();
    return size_of(nodes.total) + with_prefix(records);
}
std::size_t fields_size(const TalkRequest& talk) {
    return size_of(ByteView(talk.protocol)) + size_of(ByteView(talk.request));
}
std::size_t fields_size(const TalkResponse& talk) {
    return size_of(ByteView(talk.response));
}

// ---- Whether they keep to the bounds ----
template <class Any>
bool bounded(const Any&) {
    return true;
}
bool bounded(const Pong& pong) {
    return pong.seen.port != 0;
}
bool bounded(const FindNode& find) {
    return find.distances.size() <= kDistancesMax &&
           std::ranges::all_of(find.distances, [](unsigned d) { return d <= kDistanceMax; });
}
bool bounded(const Nodes& nodes) {
    return nodes.records.size() + nodes.checked.size() <= kNodesRecordsMax &&
           std::ranges::all_of(nodes.checked, [](const auto& record) { return record != nullptr; });
}

Bytes bytes_of(ByteView view) {
    return {view.begin(), view.end()};
}

using Fields = Result<Message, MessageError>;

Fields read_ping(const RequestId& id, RlpReader& in) {
    return Message{Ping{id, in.number()}};
}
Fields read_pong(const RequestId& id, RlpReader& in) {
    Pong pong{.id = id, .sequence = in.number(), .seen = {}};
    const ByteView address = in.string();
    const std::uint64_t port = in.number();
    if (in.failed()) return Failure{MessageError::bad_rlp};
    if (port == 0 || port > std::numeric_limits<std::uint16_t>::max())
        return Failure{MessageError::bad_field};
    pong.seen.port = static_cast<std::uint16_t>(port);
    if (address.size() == kIpv4Bytes) {
        pong.seen =
            Endpoint::ipv4({address[0], address[1], address[2], address[3]}, pong.seen.port);
    } else if (address.size() == kIpv6Bytes) {
        std::ranges::copy(address, pong.seen.address.begin());
    } else {
        return Failure{MessageError::bad_field};
    }
    return Message{std::move(pong)};
}
Fields read_find_node(const RequestId& id, RlpReader& in) {
    FindNode find{.id = id, .distances = {}};
    RlpReader distances = in.list();
    while (!distances.empty()) {
        const std::uint64_t distance = distances.number();
        if (distances.failed()) break;
        if (distance > kDistanceMax || find.distances.size() == kDistancesMax)
            return Failure{MessageError::bad_field};
        find.distances.push_back(static_cast<unsigned>(distance));
    }
    if (distances.failed()) in.fail();
    return Message{std::move(find)};
}
Fields read_nodes(const RequestId& id, RlpReader& in) {
    Nodes nodes{.id = id, .total = in.number(), .records = {}};
    RlpReader records = in.list();
    while (!records.empty()) {
        const bool list = records.at_list();
        const ByteView record = records.item();
        if (records.failed()) break;
        if (!list || record.size() > Record::kBytesMax || nodes.records.size() == kNodesRecordsMax)
            return Failure{MessageError::bad_field};
        nodes.records.push_back(bytes_of(record));
    }
    if (records.failed()) in.fail();
    return Message{std::move(nodes)};
}
Fields read_talk_request(const RequestId& id, RlpReader& in) {
    const ByteView protocol = in.string();
    const ByteView request = in.string();
    return Message{TalkRequest{id, bytes_of(protocol), bytes_of(request)}};
}
Fields read_talk_response(const RequestId& id, RlpReader& in) {
    return Message{TalkResponse{id, bytes_of(in.string())}};
}

// Of Message's alternatives, in their order; the type byte is one more than the index.
struct Kind {
    std::string_view name;
    bool request;
    Fields (*read)(const RequestId&, RlpReader&);
};
constexpr std::array<Kind, std::variant_size_v<Message>> kKinds = {{
    {"ping", true, read_ping},
    {"pong", false, read_pong},
    {"findnode", true, read_find_node},
    {"nodes", false, read_nodes},
    {"talkreq", true, read_talk_request},
    {"talkresp", false, read_talk_response},
}};

}  // namespace

const RequestId& request_id(const Message& message) {
    return std::visit([](const auto& m) -> const RequestId& { return m.id; }, message);
}

bool is_request(const Message& message) {
    return kKinds[message.index()].request;
}

std::string_view name_of(const Message& message) {
    return kKinds[message.index()].name;
}

Bytes encode(const Message& message) {
    RlpWriter fields;
    fields.string(request_id(message).view());
    std::visit([&](const auto& m) { write(fields, m); }, message);
    RlpWriter list;
    list.list(fields.take());
    Bytes out = list.take();
    out.insert(out.begin(), static_cast<std::uint8_t>(message.index() + 1));
    return out;
}

std::size_t encoded_bytes(const Message& message) {
    const std::size_t fields = std::visit([](const auto& m) { return fields_size(m); }, message);
    return 1 + with_prefix(size_of(request_id(message).view()) + fields);
}

bool within_bounds(const Message& message) {
    return std::visit([](const auto& m) { return bounded(m); }, message);
}

std::string_view describe(MessageError error) {
    switch (error) {
        case MessageError::empty:
            return "nothing";
        case MessageError::unknown_type:
            return "a type that is none of the six";
        case MessageError::bad_rlp:
            return "not the fields of its type in canonical RLP";
        case MessageError::long_request_id:
            return "a request id of more than 8 bytes";
        case MessageError::bad_field:
            return "a field out of its range";
    }
    assert(false && "every error has a text");
    return {};
}

Result<Message, MessageError> decode_message(ByteView plain) {
    if (plain.empty()) return Failure{MessageError::empty};
    const std::size_t type = plain[0];
    if (type == 0 || type > kKinds.size()) return Failure{MessageError::unknown_type};
    RlpReader whole(plain.subspan(1));
    RlpReader in = whole.list();
    const ByteView id = in.string();
    if (whole.failed() || !whole.finished() || in.failed()) return Failure{MessageError::bad_rlp};
    if (id.size() > kRequestIdBytesMax) return Failure{MessageError::long_request_id};
    Fields message = kKinds[type - 1].read(RequestId(id), in);
    if (!message) return message;
    if (!in.finished()) return Failure{MessageError::bad_rlp};
    return message;
}

}  // namespace starling::p2p::discv5
