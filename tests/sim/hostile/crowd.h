#pragma once

#include "p2p/discovery/discovery.h"
#include "p2p/discovery/open_packet.h"
#include "sim/hostile/disguises.h"

#include <cstddef>
#include <map>
#include <vector>

namespace starling::sim {

// The identities of one attacker: all of them live, for whoever holds their keys answers in their
// names, and they tell of nobody but each other. Only over an open wire: what a sealed one brings
// needs a session a member.
class Crowd {
public:
    Crowd() = default;
    explicit Crowd(std::vector<Disguise> members);

    [[nodiscard]] const std::vector<Disguise>& members() const { return members_; }
    [[nodiscard]] bool contains(const p2p::NodeId& id) const { return places_.contains(id); }

    // What the member that is asked says: to a ping that it lives, to a question for nodes those of
    // the crowd at these distances; with `mute` that it knows nobody. Nothing to a response, nor of
    // who is no member.
    [[nodiscard]] std::vector<p2p::discv5::Datagram> answer(
        const p2p::discv5::DatagramReceived& question, bool mute = false) const;
    // A member shows itself: a request, so that its record is heard.
    [[nodiscard]] p2p::discv5::Datagram ping(std::size_t member,
                                             const p2p::NodeId& whom,
                                             const p2p::Endpoint& at) const;

private:
    [[nodiscard]] std::vector<p2p::discv5::Message> nodes(const p2p::NodeId& asked,
                                                          const p2p::discv5::FindNode& find) const;

    std::vector<Disguise> members_;
    std::map<p2p::NodeId, std::size_t> places_;
};

}  // namespace starling::sim
