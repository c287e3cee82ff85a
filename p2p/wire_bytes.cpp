// How long messages are on the wire: what `encode` of each would write, counted.

#include "consensus/block.h"
#include "consensus/serialize.h"
#include "p2p/message.h"

#include <type_traits>
#include <variant>

namespace starling::p2p {
namespace {

constexpr std::size_t kHashBytes = 32;
constexpr std::size_t kItemBytes = 4 + kHashBytes;

std::size_t sized(std::size_t bytes) {
    return compact_size_bytes(bytes) + bytes;
}

std::size_t listed(std::size_t count, std::size_t bytes_each) {
    return compact_size_bytes(count) + count * bytes_each;
}

template <class M>
requires std::is_empty_v<M> std::size_t payload_bytes(const M&) {
    return 0;
}

// The fields of one size, the two addresses of 26 bytes among them, and the user agent.
std::size_t payload_bytes(const Version& message) {
    return 4 + 8 + 8 + 2 * 26 + 8 + 4 + 1 + sized(message.user_agent.size());
}
std::size_t payload_bytes(const Ping&) {
    return 8;
}
std::size_t payload_bytes(const Pong&) {
    return 8;
}
std::size_t payload_bytes(const FeeFilter&) {
    return 8;
}
std::size_t payload_bytes(const GetHeaders& message) {
    return 4 + listed(message.locator.size(), kHashBytes) + kHashBytes;
}
std::size_t payload_bytes(const Headers& message) {
    return listed(message.headers.size(), Header::kSize + 1);
}
std::size_t payload_bytes(const Inv& message) {
    return listed(message.items.size(), kItemBytes);
}
std::size_t payload_bytes(const GetData& message) {
    return listed(message.items.size(), kItemBytes);
}
std::size_t payload_bytes(const NotFound& message) {
    return listed(message.items.size(), kItemBytes);
}
std::size_t payload_bytes(const Tx& message) {
    return message.transaction->size();
}
std::size_t payload_bytes(const BlockMessage& message) {
    return message.checked.ok() ? message.checked.value()->bytes->size() : Header::kSize;
}
std::size_t payload_bytes(const AddrV2& message) {
    std::size_t bytes = compact_size_bytes(message.entries.size());
    for (const AddrV2::Entry& entry : message.entries) {
        const std::size_t address_bytes = entry.endpoint.is_ipv4() ? 4 : 16;
        // Time, services, network, address, port.
        bytes += 4 + compact_size_bytes(entry.services) + 1 + sized(address_bytes) + 2;
    }
    return bytes;
}
std::size_t payload_bytes(const RecordMessage& message) {
    return message.record.bytes().size();
}
std::size_t payload_bytes(const Records& message) {
    std::size_t bytes = compact_size_bytes(message.records.size());
    for (const ToldRecord& record : message.records)
        bytes += sized(record.bytes().size());
    return bytes;
}
std::size_t payload_bytes(const Unknown&) {
    return 0;
}
std::size_t payload_bytes(const Malformed&) {
    return 0;
}

}  // namespace

std::size_t wire_bytes(const Message& message, std::size_t header_bytes) {
    return header_bytes +
           std::visit([](const auto& m) -> std::size_t { return payload_bytes(m); }, message);
}

}  // namespace starling::p2p
