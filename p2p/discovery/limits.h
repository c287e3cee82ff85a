#pragma once

#include "consensus/parameters.h"
#include "consensus/time.h"

#include <cstddef>

namespace starling::p2p::discv5 {

// Waits that are shorter where all nodes share a machine (OverlayRules::hasty).
struct Pace {
    Duration fast_revalidation = std::chrono::seconds{3};  // on average; lists as geth's
    Duration slow_revalidation = std::chrono::seconds{9};
    Duration refresh = std::chrono::minutes{30};          // by a lookup: see Refresh
    Duration first_refreshes = std::chrono::seconds{10};  // apart, until the table is stocked
    Duration retry_max = std::chrono::minutes{5};         // between attempts at a bootstrap record
    // The same of a node that knows nobody who lives. Its attempt takes four datagrams, so where a
    // quarter of them is lost two of three fail; one packet in half a minute harms nobody.
    Duration retry_alone_max = std::chrono::seconds{30};
    Duration again = std::chrono::minutes{1};  // before a node is asked, or told of, once more
    Duration save = std::chrono::minutes{5};   // between changes of the table and discovery.dat
    // Since the first lookup: for so long sources share what is proposed (first_proposals.h). By
    // then eight peers are drawn, at two draws a second and some that fail.
    Duration first_shared = std::chrono::seconds{30};
};
Pace pace_of(const Parameters& parameters);

struct Limits {
    std::size_t bucket_nodes = 16;         // k
    std::size_t bucket_replacements = 10;  // geth
    std::size_t bucket_inbound_max = 8;    // nodes that we know only because they spoke to us
    std::size_t lookup_paths = 4;          // S/Kademlia: disjoint
    std::size_t lookup_concurrency = 3;    // alpha, of each path
    std::size_t lookup_results = 16;
    std::size_t lookups_max = 32;  // at a time: a person's and our own

    std::size_t sessions_max = 1'000;    // least recently used leave
    std::size_t challenges_max = 1'000;  // WHOAREYOUs that wait for an answer
    std::size_t challenges_per_address_max = 8;
    std::size_t requests_max = 1'000;  // of ours that wait for an answer
    std::size_t requests_per_node_max = 16;
    std::size_t nodes_packets_max = 5;       // NODES to one FINDNODE (geth)
    std::size_t findnode_distances_max = 8;  // in a request that we answer; the rest is ignored
    std::size_t talk_bytes_max = 1'024;

    // Nodes that we were told of and that wait to be asked; those that came last are left out.
    std::size_t checks_waiting_max = 256;
    std::size_t checks_waiting_per_source_max = 32;  // so that one liar leaves room for the others
    std::size_t checks_in_flight_max = 16;           // some 200 packets a second while joining
    std::size_t inbound_checks_max =
        16;                        // of nodes that spoke to us, besides; the rest speak again
    std::size_t fetches_max = 64;  // of newer records, at a time
    std::size_t bootstrap_nodes_max = 128;  // half of them remembered, the other half given
    std::size_t ids_remembered_max = 4'096;
    std::size_t records_remembered_max = 4'096;  // whose signatures were checked; 2 MB

    Duration request_timeout = std::chrono::milliseconds{700};  // geth; the specification: 500 ms
    Duration challenge_timeout = std::chrono::seconds{1};
    Duration session_idle_max = std::chrono::hours{24};

    // Datagrams taken in: token buckets. An address may not starve the others. The total counts
    // twice, for strangers and for what is expected (datagram_allowance.h).
    double packets_per_second = 2'000;
    double packets_burst = 4'000;
    double address_packets_per_second = 100;
    double address_packets_burst = 400;
    std::size_t addresses_tracked_max = 4'096;
    // Handshakes cost an ECDH and a signature check, some 100 us.
    double handshakes_per_second = 200;
    double handshakes_burst = 400;
};

}  // namespace starling::p2p::discv5
