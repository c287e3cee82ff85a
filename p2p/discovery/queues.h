#pragma once

#include "consensus/time.h"
#include "p2p/discovery/limits.h"

#include <cstddef>
#include <optional>
#include <string_view>

namespace starling::p2p::discv5 {

// How much of what a wire may hold it holds.
struct WireQueues {
    std::size_t sessions = 0;
    std::size_t challenges = 0;  // WHOAREYOUs that wait for an answer
    std::size_t unproven = 0;    // requests or contacts without a session, for challenge_timeout
    std::size_t senders = 0;     // whose allowance is counted
};

// How much of what Limits bounds a machine holds now: what a checker looks at.
struct Queues {
    WireQueues wire;
    std::size_t requests = 0;            // that wait for an answer
    std::optional<Time> oldest_request;  // when the first of them was begun
    std::size_t fetches = 0;             // of the requests
    std::size_t checks_waiting = 0, checks_in_flight = 0;
    std::size_t lookups = 0;
    std::size_t known_records = 0;
    std::size_t ids = 0;  // the most that one list of ids met lately holds
};

// No request waits longer, if the machine was woken when it asked to be: each packet of an answer
// gives the next one the time of a request.
Duration request_life_max(const Limits& limits);

// The first of the queues that is over its bound, by its name above; empty: none is.
std::string_view over_bound(const Queues& queues, const Limits& limits);

}  // namespace starling::p2p::discv5
