#pragma once

#include "p2p/discovery/contact.h"
#include "p2p/discovery/protocol.h"
#include "p2p/identity/sighting.h"

#include <cstddef>
#include <cstdint>
#include <variant>
#include <vector>

namespace starling::p2p::discv5 {

// Why we ask.
enum class Purpose {
    check,       // PING: is a node that we were told of there?
    revalidate,  // PING: is a node of the table still there?
    fetch,       // FINDNODE 0: its newer record
    lookup,      // FINDNODE
    talk,        // TALKREQ
};
constexpr std::size_t kPurposes = 5;

// One question of ours to a node.
struct Request {
    Purpose purpose = Purpose::check;
    Shared<Record> record{};  // of whom we ask, as we knew it then
    Endpoint address{};
    Origin origin = Origin::overlay;    // how we know it
    Endpoint source{};                  // who told us of it
    std::uint64_t number = 0;           // lookup: which; talk: the ticket
    std::vector<unsigned> distances{};  // FINDNODE

    [[nodiscard]] Contact to() const { return {record->id(), address}; }
};

}  // namespace starling::p2p::discv5
