#pragma once

#include "consensus/lookup_table.h"
#include "consensus/random.h"
#include "p2p/eviction.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

namespace starling::sim {

// The inbound places of one node, and nothing else of it: who calls gets one, by the rules of
// eviction that are given. For experiments and tests in which tens of thousands call.
class InboundPlaces {
public:
    using Rules = std::function<std::optional<p2p::PeerId>(const std::vector<p2p::Evictable>&)>;
    struct Caller {
        p2p::Evictable looks;  // its id and netgroup are given here
        std::uint64_t netgroup = 0;
        bool hostile = false;
    };

    // Ours, with what it protects of so many places.
    static Rules our_rules(std::size_t inbound_max) {
        return [protections = p2p::protections_of(inbound_max)](const auto& peers) {
            return p2p::whom_to_evict(peers, protections);
        };
    }
    // Who is there stays.
    static Rules none_evicted() {
        return [](const auto&) { return std::optional<p2p::PeerId>{}; };
    }

    InboundPlaces(std::size_t inbound_max, Rules rules, Random& random)
        : max_(inbound_max), rules_(std::move(rules)), key_(random.next() | 1) {}

    // Nothing: refused. Else the id of the connection.
    std::optional<p2p::PeerId> call(Caller caller) {
        if (present_.size() == max_ && !make_room()) {
            ++refused_;
            return std::nullopt;
        }
        caller.looks.peer = p2p::PeerId{++last_};
        caller.looks.netgroup = mix(caller.netgroup + 1, key_);
        present_.push_back(caller);
        return caller.looks.peer;
    }

    // What is known of a peer may change while it is here.
    [[nodiscard]] std::vector<Caller>& present() { return present_; }
    [[nodiscard]] bool holds(p2p::PeerId peer) const {
        return std::ranges::any_of(present_, [&](const auto& c) { return c.looks.peer == peer; });
    }
    [[nodiscard]] std::size_t hostile() const {
        return static_cast<std::size_t>(std::ranges::count_if(present_, &Caller::hostile));
    }
    // How many, and who was the last.
    [[nodiscard]] std::size_t evicted() const { return evicted_; }
    [[nodiscard]] std::optional<p2p::PeerId> last_evicted() const { return last_evicted_; }
    [[nodiscard]] std::size_t refused() const { return refused_; }

private:
    bool make_room() {
        std::vector<p2p::Evictable> looks;
        for (const Caller& caller : present_)
            looks.push_back(caller.looks);
        const auto gone = rules_(looks);
        if (!gone) return false;
        ++evicted_;
        last_evicted_ = gone;
        std::erase_if(present_, [&](const Caller& c) { return c.looks.peer == *gone; });
        return true;
    }

    std::size_t max_;
    Rules rules_;
    std::uint64_t key_;
    std::vector<Caller> present_;
    std::uint64_t last_ = 0;
    std::size_t evicted_ = 0;
    std::optional<p2p::PeerId> last_evicted_;
    std::size_t refused_ = 0;
};

}  // namespace starling::sim
