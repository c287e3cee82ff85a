#pragma once

#include "p2p/peer_id.h"
#include "sim/engine/events.h"
#include "sim/engine/stream.h"
#include "sim/net/link_ends.h"
#include "sim/net/pipe.h"
#include "sim/plan.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace starling::sim {

// Which end of a connection; an index.
using End = std::uint8_t;
constexpr End kDialler = 0;
constexpr End kListener = 1;
constexpr End other(End end) {
    return end == kDialler ? kListener : kDialler;
}

// How an end stands.
enum class Standing : std::uint8_t {
    none,     // it has not heard of the connection
    pending,  // hands are being shaken
    open,     // its host was told of the peer
    gone      // it takes nothing any more
};

struct Connection {
    explicit Connection(std::uint64_t seed) : chance(seed) {}

    p2p::PeerId id;
    std::array<HostIndex, 2> hosts{};
    std::array<Standing, 2> ends{Standing::pending, Standing::none};
    std::array<Pipe, 2> pipes;  // by the end that sends
    Stream chance;
    Events::Handle deadline;         // of dial and handshake
    std::unique_ptr<LinkEnds> link;  // over bytes
    std::uint32_t slot = 0;
    std::uint16_t port = 0;  // of the dialler's address, as the listener sees it
    bool manual = false;
    bool right_key = false;  // of the listener, as the dialler has it
    bool told = false;       // observers were

    [[nodiscard]] End end_of(HostIndex host) const {
        return hosts[kDialler] == host ? kDialler : kListener;
    }
};

}  // namespace starling::sim
