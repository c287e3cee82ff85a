#pragma once

#include "p2p/messages/addrv2.h"
#include "p2p/messages/block.h"
#include "p2p/messages/feefilter.h"
#include "p2p/messages/getaddr.h"
#include "p2p/messages/getdata.h"
#include "p2p/messages/getheaders.h"
#include "p2p/messages/getrecords.h"
#include "p2p/messages/headers.h"
#include "p2p/messages/inv.h"
#include "p2p/messages/notfound.h"
#include "p2p/messages/ping.h"
#include "p2p/messages/pong.h"
#include "p2p/messages/record.h"
#include "p2p/messages/records.h"
#include "p2p/messages/sendaddrv2.h"
#include "p2p/messages/sendheaders.h"
#include "p2p/messages/tx.h"
#include "p2p/messages/verack.h"
#include "p2p/messages/version.h"
#include "p2p/messages/wtxidrelay.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

namespace starling::p2p {

// P2P messages as values: Bitcoin's, and ours for links that proved a key (record, getrecords,
// records). Each has its file with `encode`, `decode` and its bounds; this
// one joins them.

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
                             RecordMessage,
                             GetRecords,
                             Records,
                             Unknown,
                             Malformed>;

std::string_view command_of(const Message& message);
// The payload. Never of Unknown or Malformed, nor of a block that failed its checks.
Bytes encode(const Message& message);
// What the message takes on the wire, without encoding it: the payload's size with a header of so
// many bytes (24 over `plain`; Transport::header_bytes). Of what has no payload to encode (Unknown,
// Malformed) the header alone; of a block that failed its checks the 80 bytes that are known of it.
std::size_t wire_bytes(const Message& message, std::size_t header_bytes = 24);
// Pure; run by a worker. Never fails: what cannot be decoded, or is longer than its fields, is
// Malformed.
Message decode(std::string_view command, Shared<Bytes> payload, const Parameters& parameters);

}  // namespace starling::p2p
