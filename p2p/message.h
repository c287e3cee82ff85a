#pragma once

#include "consensus/check_block.h"
#include "p2p/address.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace starling::p2p {

// Bitcoin's P2P messages as values. Each has its file with `encode`, `decode` and its bounds; this
// one joins them. (The implementer moves each struct to p2p/messages/<command>.h.)
struct Version {
    std::uint32_t version = 70016;
    std::uint64_t services = 0;
    std::int64_t time = 0;
    std::uint64_t nonce = 0;
    std::string user_agent;  // at most 256 bytes
    std::int32_t start_height = 0;
    bool relay = true;
};
struct Verack {};
struct Ping {
    std::uint64_t nonce = 0;
};
struct Pong {
    std::uint64_t nonce = 0;
};
struct SendHeaders {};
struct WtxidRelay {};
struct SendAddrV2 {};
struct FeeFilter {
    std::int64_t units_per_kvb = 0;
};
struct GetHeaders {
    std::vector<BlockHash> locator;  // at most 101
    BlockHash stop;
};
struct Headers {
    std::vector<Header> headers;  // at most 2,000
};
struct InventoryItem {
    enum class Type : std::uint32_t {
        transaction = 1,
        block = 2,
        wtxid = 5,
        witness_transaction = 0x4000'0001,
        witness_block = 0x4000'0002,
    };
    std::uint32_t type = 0;  // of Type, or unknown to us
    std::array<std::uint8_t, 32> hash{};
};
struct Inv {
    std::vector<InventoryItem> items;  // at most 50,000
};
struct GetData {
    std::vector<InventoryItem> items;  // at most 50,000 (1,000 are ever sent)
};
struct NotFound {
    std::vector<InventoryItem> items;
};
struct Tx {
    Shared<Transaction> transaction;
};
// A block, checked without context by the worker that decoded it.
struct BlockMessage {
    BlockHash hash;  // of its first 80 bytes
    Header header;
    Result<Shared<CheckedBlock>, Reject> checked;
};
struct GetAddr {};
struct AddrV2 {
    struct Entry {
        std::uint32_t time = 0;
        std::uint64_t services = 0;
        Endpoint endpoint;  // entries of other networks than IPv4 and IPv6 are left out
    };
    std::vector<Entry> entries;  // at most 1,000
};
struct Unknown {  // a command we do not know: ignored, counted
    std::string command;
};
struct Malformed {  // it could not be decoded: its sender is dropped
    std::string command;
    std::string reason;
};

using Message = std::variant<Version,
                             Verack,
                             Ping,
                             Pong,
                             SendHeaders,
                             WtxidRelay,
                             SendAddrV2,
                             FeeFilter,
                             GetHeaders,
                             Headers,
                             Inv,
                             GetData,
                             NotFound,
                             Tx,
                             BlockMessage,
                             GetAddr,
                             AddrV2,
                             Unknown,
                             Malformed>;

std::string_view command_of(const Message& message);
Bytes encode(const Message& message);  // the payload
// Pure; run by a worker. Never fails: what cannot be decoded is Malformed.
Message decode(std::string_view command, Shared<Bytes> payload, const Parameters& parameters);

}  // namespace starling::p2p
