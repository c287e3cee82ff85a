#pragma once

#include "p2p/identity/record.h"

#include <string_view>

namespace starling::p2p {

// How a node came to our knowledge, for people and for the choice of peers.
enum class Origin {
    bootstrap,  // --bootnode or the network's list
    saved,      // peers.dat or discovery.dat
    overlay,    // an answer of discovery
    inbound,    // it spoke to us first
    gossiped,   // a peer's `records`
    lan,        // multicast
    manual,     // a person gave it
};
std::string_view to_string(Origin origin);

// A node that may be dialled, with who told of it. The address manager to come files it under both.
struct Sighting {
    Shared<Record> record;
    Origin origin = Origin::overlay;
    Endpoint source;  // who told; the node itself where nobody else did
};

}  // namespace starling::p2p
