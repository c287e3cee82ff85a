#pragma once

#include "consensus/time.h"
#include "p2p/address.h"
#include "p2p/identity/node_id.h"
#include "sim/settings.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace starling::sim {

using HostIndex = std::uint32_t;
constexpr HostIndex kNoHost = 0xffff'ffff;

// How a host hangs on the Internet (RFC 4787's terms in brackets).
enum class Nat {
    open,             // a public address
    full_cone,        // [endpoint-independent mapping and filtering]; its host is told its outer
                      // address, as where somebody forwards a port by hand: UDP gets in, TCP never
    restricted,       // [address-dependent filtering]
    port_restricted,  // [address- and port-dependent filtering]
    symmetric         // [address- and port-dependent mapping and filtering]
};

// The behaviour whose hosts are of one owner, with addresses of one /16 (hostile/eclipse.cpp).
constexpr std::string_view kEclipse = "eclipse";

struct HostPlan {
    HostIndex index = 0;
    p2p::Identity identity;
    p2p::Endpoint address;  // TCP and UDP; behind a NAT that of the NAT
    std::size_t region = 0;
    Nat nat = Nat::open;
    std::uint64_t upload = 0, download = 0;  // bytes a second
    Span clock_offset{0};
    unsigned slowness = 1;         // jobs take so many times as long
    std::uint64_t hash_share = 0;  // of the sum over all hosts
    bool wallet = false;
    std::string behaviour;  // empty: honest
    Moment joins{};
    // Without discovery: whom it dials (hosts that are open), at most settings.overlay.outbound.
    std::vector<HostIndex> peers;
    [[nodiscard]] bool honest() const { return behaviour.empty(); }
};

struct Fault {
    enum class Kind { partition, one_way_partition, clog, crash, pause, loss_burst };
    std::uint32_t number = 0;
    Kind kind = Kind::partition;
    Moment begin{}, end{};
    // A partition's one side (one way: what these send to the others is lost); who is clogged,
    // crashed, paused; empty for a burst of loss.
    std::vector<HostIndex> hosts;
    std::uint32_t amount = 0;  // crash: commits that are lost; loss burst: ppm of datagrams
};
std::string_view to_string(Fault::Kind kind);

struct Phase {
    enum class Kind { faulty, healing };
    Kind kind = Kind::faulty;
    Moment begin{}, end{};
};

// All that was drawn before a run begins, so that it can be looked at, and left out piece by piece.
struct Plan {
    Settings settings;
    std::vector<HostPlan> hosts;  // by index
    std::vector<HostIndex> bootnodes;
    std::vector<Fault> faults;  // by beginning
    std::vector<Phase> phases;  // in order; none without faults
    // For a block that a peer owes, instead of those of p2p::Limits: to compare with who waits
    // longer.
    struct Patience {
        Duration stall{0};    // until another peer is asked, too
        Duration timeout{0};  // until the peer is dropped
    };
    std::optional<Patience> block_patience;
};

Plan draw_plan(const Settings& settings);

}  // namespace starling::sim
