#pragma once

#include "sim/engine/draw.h"
#include "sim/engine/moment.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace starling::sim {

// How hard a thing is done: `automatic` takes the dear way in worlds of at most kSmallWorld hosts.
constexpr std::size_t kSmallWorld = 100;
enum class Signatures { automatic, real, assumed };
// own: each host has a store of its own and connects each block itself. shared: one block connected
// to one state is computed once for all.
enum class State { automatic, own, shared };
enum class SessionModel { always_on, exponential, kad, ipfs, bitcoin };

// What a person asks for: the flags of `run` and the keys of a scenario, the same in both. Together
// with the program's version it determines a run, down to the last event.
struct Settings {
    std::uint64_t seed = 1;
    std::size_t nodes = 100;
    Span duration = std::chrono::minutes{60};
    bool swarm = false;  // all below was drawn from the seed (draw_swarm)
    bool wire = false;   // bytes instead of messages: codecs, handshakes, torn reads
    Signatures signatures = Signatures::automatic;
    State state = State::automatic;

    struct Internet {
        std::string latency = "simblock-2019";  // a table of regions (net/regions.h)
        unsigned jitter_percent = 20;  // of the delay, each message anew; never reorders TCP
        Ppm datagram_loss = 1'000;
        Ppm undialable = 0;                // share of hosts behind a NAT, of kinds drawn
        unsigned bandwidth_percent = 100;  // of the table's
        bool operator==(const Internet&) const = default;
    } internet;

    struct Overlay {
        bool discovery = true;  // false: each host is given its outbound peers by the plan
        std::size_t outbound = 8;
        std::size_t inbound_max = 117;
        std::size_t bootnodes = 4;
        Span joining = std::chrono::seconds{60};  // the hosts start spread over this time
        bool operator==(const Overlay&) const = default;
    } overlay;

    struct Load {
        Span block_interval = std::chrono::minutes{10};  // mean of all miners together; 0: none
        std::size_t miners = 10;                         // hosts with a share of the hashes
        std::uint64_t transactions_per_hour = 60;        // of all wallets together
        std::size_t wallets = 10;
        Ppm burst = 0;  // share of spending moments that are bursts of ten
        // Blocks that stand before the run, at least; there are as many as mature coins need.
        std::size_t prehistory_blocks = 1;
        bool operator==(const Load&) const = default;
    } load;

    struct Churn {
        SessionModel model = SessionModel::always_on;
        Span session = std::chrono::hours{2};  // mean; of `exponential` only
        Span gap = std::chrono::minutes{20};   // mean; of `exponential` only
        Ppm crashes = 100'000;                 // share of the leavings that are crashes
        bool operator==(const Churn&) const = default;
    } churn;

    struct Hosts {
        Span clock_offset_max{0};                      // of each host's clock, either way
        Ppm slow = 0;                                  // share of hosts whose jobs take long
        Span job_mean = std::chrono::milliseconds{2};  // of a slow host ten times that
        bool operator==(const Hosts&) const = default;
    } hosts;

    // Mean numbers an hour while faults are on. Phases alternate: faults, then healing with all
    // faults lifted and everybody back, at whose end all honest hosts must agree. 0: no faults.
    struct Faults {
        Span faulty = std::chrono::minutes{10};
        Span healing = std::chrono::minutes{10};
        unsigned partitions = 0, one_way_partitions = 0, clogs = 0, crashes = 0, pauses = 0,
                 loss_bursts = 0;
        [[nodiscard]] bool any() const {
            return partitions + one_way_partitions + clogs + crashes + pauses + loss_bursts > 0;
        }
        bool operator==(const Faults&) const = default;
    } faults;

    // How many of the hosts (the last ones) behave so; names as in hostile/behaviours.h.
    std::map<std::string, std::size_t> hostile;

    // For `shrink`: only these of the faults that the plan has, by number; none: all.
    std::optional<std::vector<std::uint32_t>> only_faults;

    bool operator==(const Settings&) const = default;
};

// What `automatic` comes to.
[[nodiscard]] bool real_signatures(const Settings& settings);
[[nodiscard]] bool own_state(const Settings& settings);
// Null if the settings make sense; otherwise one line that says what does not, and where.
[[nodiscard]] std::optional<std::string> fault_of(const Settings& settings);

// Topology, faults, load and adversaries drawn anew from a seed.
Settings draw_swarm(std::uint64_t seed, std::size_t nodes);

}  // namespace starling::sim
