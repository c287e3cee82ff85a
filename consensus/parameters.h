#pragma once

#include "consensus/amount.h"
#include "consensus/block.h"
#include "consensus/height.h"
#include "consensus/work.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace starling {

// aserti3-2d (2020-11-15), anchored at block 1: see difficulty.h.
struct Asert {
    std::int64_t spacing = 0;    // target seconds between blocks
    std::int64_t half_life = 0;  // seconds behind schedule that halve the difficulty
};

// How the overlay spreads itself over addresses, so that who has few addresses owns little of it.
// On one machine all addresses are the same, and the numbers are as large as a table.
struct OverlayRules {
    std::uint16_t subnet_bucket_max = 2;    // nodes of one /24 (IPv6 /64) in a bucket
    std::uint16_t subnet_table_max = 10;    // and in the table; of a /64 in the address manager too
    std::uint16_t subnet_lookup_max = 1;    // and asked in one lookup
    std::uint16_t group_bucket_max = 2;     // nodes of one netgroup (AS, else /16) in a bucket
    std::uint16_t group_table_max = 8;      // and in the table
    std::uint16_t ids_per_address_max = 1;  // node ids that proved the same IP address
    // What others must say of our own address before we believe it.
    std::uint16_t votes_min = 10;
    std::uint16_t vote_groups_min = 6;  // netgroups that voted, one vote each
    bool loopback = false;  // nodes on loopback and private addresses are told of and dialled
    bool hasty = false;     // waits are those of a machine, not of the Internet
};
// For nodes that share a machine.
constexpr OverlayRules kLoopbackOverlay{.subnet_bucket_max = 16,
                                        .subnet_table_max = 4'096,
                                        .subnet_lookup_max = 4'096,
                                        .group_bucket_max = 16,
                                        .group_table_max = 4'096,
                                        .ids_per_address_max = 4'096,
                                        .votes_min = 2,
                                        .vote_groups_min = 1,
                                        .loopback = true,
                                        .hasty = true};

// Nodes to begin with that one person or organisation runs: what they say counts as one voice.
struct BootstrapSource {
    std::string name;                  // for people
    std::vector<std::string> records;  // of its nodes ("enr:...")
};

// Everything that distinguishes one network from another. A network file is one such value.
struct Parameters {
    std::string name;
    std::array<std::uint8_t, 4> magic{};
    std::string address_prefix;  // human-readable part of bech32m addresses
    std::uint16_t p2p_port = 0;
    std::uint16_t rpc_port = 0;
    Block genesis;
    BlockHash genesis_hash;

    std::uint32_t limit_bits = 0;  // the easiest allowed target, in compact form
    std::optional<Asert> asert;    // none: Bitcoin's regtest rules, every block at limit_bits
    std::int64_t future_seconds_max = 0;  // how far ahead of us a block's time may be
    std::int32_t halving_interval = 0;
    bool bip54 = false;              // coinbase lock time and 64-byte transactions, from height 1
    bool transaction_index = false;  // kept by default
    bool plain_transport = false;    // Bitcoin's v1 framing may be asked for (--plain)
    OverlayRules overlay;
    // Leading zero bits that the hash of a node's key must have (p2p/identity/identity_work.h):
    // what an identity costs. 0: nothing. 16 are a fifth of a second of one core for each, and a
    // day for as many as 400,000: dear enough beside free, cheap enough for a node that has one.
    std::uint8_t identity_bits = 0;
    std::vector<BootstrapSource> bootstrap;  // three at least, where the network has as many
    // Seconds between blocks: asert's where there is one. Where there is none no block is ever due:
    // it is the pace of who mines by the clock, and shown to people.
    std::int64_t target_spacing = 600;
};

// What a network's first block is made of: one coinbase that nobody can spend, as in Bitcoin's.
struct Genesis {
    std::string_view message;  // in the coinbase, at most 75 bytes
    Bytes script_pubkey;
    std::uint32_t time = 0;
    std::uint32_t bits = 0;
    std::uint32_t nonce = 0;
};
Block genesis_block(const Genesis& genesis);

const Parameters& regtest();
const Parameters& local();
const Parameters& testnet();
// Null for a name that is none of the three.
const Parameters* find_network(std::string_view name);

// What the nodes of a network must agree on, as bytes to compare or to hash: everything but ports
// and what a node chooses for itself.
Bytes serialized(const Parameters& parameters);

// What a block at this height may create.
Amount subsidy(Height height, const Parameters& parameters);

}  // namespace starling
