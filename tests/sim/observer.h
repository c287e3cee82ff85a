#pragma once

#include "chain/effects.h"
#include "mempool/ledger.h"
#include "p2p/discovery/discovery.h"
#include "p2p/effects.h"
#include "sim/plan.h"

#include <cstddef>
#include <string_view>
#include <vector>

namespace starling::sim {

class World;

// Hears what happens in a world, at the moment when it happens. Figures, marks and checkers are
// observers: none of them changes anything.
class Observer {
public:
    virtual ~Observer() = default;

    virtual void host_started(HostIndex) {}
    virtual void host_stopped(HostIndex, bool /*crashed*/) {}
    virtual void block_mined(HostIndex, const Shared<CheckedBlock>&) {}
    virtual void transaction_made(HostIndex, const Shared<Transaction>&) {}
    virtual void tip_changed(HostIndex, const chain::TipChanged&) {}
    virtual void block_invalid(HostIndex, const chain::BlockInvalid&) {}
    virtual void pool_changed(HostIndex, const mempool::PoolChanged&) {}
    virtual void connected(HostIndex /*dialler*/, HostIndex /*listener*/) {}
    virtual void disconnected(HostIndex /*dialler*/, HostIndex /*listener*/) {}
    // A host's Gossip ended a connection, and why.
    virtual void dropped(HostIndex, HostIndex /*other*/, std::string_view /*reason*/) {}
    virtual void sent(HostIndex, HostIndex /*to*/, const p2p::Message&, std::size_t /*bytes*/) {}
    virtual void received(HostIndex, HostIndex /*from*/, const p2p::Message&, std::size_t) {}
    // `what` is the message's name, or "sealed" over the wire; bytes are those of the datagram's
    // payload, without the headers of IP and UDP. The other one is kNoHost where nobody has the
    // address.
    virtual void datagram_sent(HostIndex, HostIndex /*to*/, std::string_view, std::size_t) {}
    virtual void datagram_received(HostIndex, HostIndex /*from*/, std::string_view, std::size_t) {}
    virtual void gossip_event(HostIndex, const p2p::Event&) {}
    virtual void lookup_finished(HostIndex, const p2p::discv5::LookupReport&) {}
    virtual void node_joined(HostIndex, const p2p::discv5::NodeJoined&) {}
    virtual void node_left(HostIndex, const p2p::discv5::NodeLeft&) {}
    virtual void alarm_rang(HostIndex) {}  // its eclipse alarm: checkers/alarm_watch.h
    virtual void fault(const Fault&, bool /*begins*/) {}
    virtual void phase(const Phase&, bool /*begins*/) {}
    // Every kLookInterval of virtual time, between two events, and once more at the end.
    virtual void look(const World&) {}
    static constexpr Span kLookInterval = std::chrono::seconds{10};
};

// Tells each of them.
class Observers {
public:
    void add(Observer& observer) { observers_.push_back(&observer); }
    template <class Told>
    void tell(Told told) const {
        for (Observer* observer : observers_)
            told(*observer);
    }
    // For what is dear to prepare.
    [[nodiscard]] bool any() const { return !observers_.empty(); }

private:
    std::vector<Observer*> observers_;
};

}  // namespace starling::sim
