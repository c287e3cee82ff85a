#pragma once

#include "p2p/discovery/contact.h"
#include "p2p/discovery/protocol.h"
#include "p2p/identity/record.h"

#include <cstddef>

namespace starling::p2p::discv5 {

// A packet of an open wire: the message itself, immutable and shared by all who hold it. What it
// carries need not be decoded, and records are those that its sender has.
struct OpenPacket {
    NodeId from, to;
    Shared<Record> record;  // the sender's
    Message message;
};

// The bytes of the ordinary packet that a sealed wire would send: what bandwidth and figures count.
// Of a first contact it leaves out the round trip of WHOAREYOU, as the open wire does.
std::size_t wire_bytes(const OpenPacket& packet);

}  // namespace starling::p2p::discv5
