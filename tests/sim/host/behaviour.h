#pragma once

#include "p2p/discovery/discovery.h"
#include "p2p/effects.h"
#include "sim/engine/moment.h"

#include <memory>
#include <optional>
#include <string_view>

namespace starling::sim {

class Host;

// What a host does otherwise than an honest one. It runs the same machines: a hostile node is this
// class overridden, never another node. All it can do is what its machines' effects, and messages
// and datagrams of its own, can do to others.
class Behaviour {
public:
    virtual ~Behaviour() = default;

    virtual void started(Host&) {}
    // Its own deeds: the wait until the next; none: no more. First asked when it starts.
    virtual std::optional<Span> act(Host&) { return std::nullopt; }

    // What its machines want to send. It may be changed; false: it does not go out.
    virtual bool lets_out(Host&, p2p::Send&) { return true; }
    virtual bool lets_out(Host&, p2p::SendBody&) { return true; }
    virtual bool lets_out(Host&, p2p::discv5::Datagram&) { return true; }
    virtual bool lets_out(Host&, p2p::Dial&) { return true; }
    virtual bool lets_out(Host&, p2p::Drop&) { return true; }
    // Held back this long, in order.
    [[nodiscard]] virtual Span held_back() const { return Span{0}; }
    // What comes; false: its machines do not hear of it.
    virtual bool lets_in(Host&, const p2p::MessageReceived&) { return true; }
    virtual bool lets_in(Host&, const p2p::discv5::DatagramReceived&) { return true; }
    // A block that it found, before anybody sees it: itself, spoiled, or null to keep it.
    virtual Shared<CheckedBlock> found(Host&, Shared<CheckedBlock> block) { return block; }
};

// Null for a name that is none (hostile/behaviours.h lists them); the honest one for "".
std::unique_ptr<Behaviour> behaviour_of(std::string_view name, std::uint64_t seed);

}  // namespace starling::sim
