#pragma once

#include "p2p/discovery/contact.h"
#include "p2p/discovery/protocol.h"
#include "p2p/identity/record.h"

#include <cstddef>

namespace starling::p2p::discv5 {

// A packet of an open wire: the message itself, immutable and shared by all who hold it. What it
// carries need not be decoded, and records are those that its sender has.
struct OpenPacket {
    OpenPacket(const NodeId& sender, const NodeId& receiver, Shared<Record> own, Message said);

    const NodeId from, to;
    const Shared<Record> record;  // the sender's
    const Message message;
    const std::size_t message_bytes;  // encoded: counted once, for each on its way asks
};

// The bytes of the ordinary packet that a sealed wire would send: what bandwidth and figures count.
// Of a first contact it leaves out the round trip of WHOAREYOU, as the open wire does.
std::size_t wire_bytes(const OpenPacket& packet);

}  // namespace starling::p2p::discv5
