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

struct Datagram {
    Endpoint to;
    Bytes bytes;
};

}  // namespace starling::p2p::discv5
