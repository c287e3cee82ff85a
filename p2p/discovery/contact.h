#pragma once

#include "consensus/bytes.h"
#include "p2p/address.h"
#include "p2p/identity/node_id.h"

#include <compare>

namespace starling::p2p::discv5 {

// A node at an address: what a session is held with. The same node at another address is another
// contact, and proves itself anew.
struct Contact {
    NodeId id;
    Endpoint address;

    friend auto operator<=>(const Contact&, const Contact&) = default;
};

struct OpenPacket;  // open_packet.h

// What a wire sends and takes in: the bytes of a sealed one; of an open one, which only the
// simulator has, a value, and no bytes.
struct Datagram {
    Endpoint to;
    Bytes bytes{};
    Shared<OpenPacket> open{};
};
struct DatagramReceived {
    Endpoint from;
    Bytes bytes{};
    Shared<OpenPacket> open{};
};

}  // namespace starling::p2p::discv5
