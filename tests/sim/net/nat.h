#pragma once

#include "p2p/address.h"
#include "sim/plan.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>

namespace starling::sim {

// The box before a host that has no address of its own: which port others see (mapping) and whose
// datagrams it lets in (filtering), in the kinds of RFC 4787.
//
// TCP gets out through it, and never in.
class NatBox {
public:
    static constexpr Span kMappingTime = std::chrono::minutes{2};  // REQ-5's least
    // A home router's table; the mapping that was unused for the longest makes room.
    static constexpr std::size_t kMappingsMax = 4'096;

    NatBox(Nat kind, std::uint16_t port) : kind_(kind), port_(port) {}

    // The port from which `to` sees what goes out now.
    std::uint16_t sent(const p2p::Endpoint& to, Moment now);
    // Does it hand on what comes from there to this port of it?
    [[nodiscard]] bool lets_in(const p2p::Endpoint& from, std::uint16_t port, Moment now) const;
    // Is this port one of its, now?
    [[nodiscard]] bool owns(std::uint16_t port, Moment now) const;

private:
    struct Mapping {
        std::uint16_t port = 0;
        Moment last_sent{};
    };
    [[nodiscard]] static bool lives(const Mapping& mapping, Moment now) {
        return now - mapping.last_sent < kMappingTime;
    }
    void make_room(Moment now);
    std::uint16_t next_port();

    Nat kind_;
    std::uint16_t port_;
    std::uint16_t last_port_ = 0;
    Moment last_sent_ = Moment::min();
    std::map<p2p::Endpoint, Mapping> mappings_;  // by whom it sent to; what filters go by
};

}  // namespace starling::sim
