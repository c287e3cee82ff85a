#pragma once

#include "consensus/parameters.h"
#include "consensus/result.h"
#include "consensus/time.h"
#include "node/log.h"
#include "node/settings.h"
#include "p2p/address.h"
#include "p2p/discovery/bootstrap_nodes.h"
#include "p2p/identity/record.h"
#include "p2p/limits.h"
#include "p2p/netgroup.h"
#include "p2p/peer_address.h"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace starling::node {

// When the background miner looks for the next block.
struct MineOptions {
    std::string address;               // already checked by nobody: the miner decodes it
    std::optional<Duration> interval;  // mean time between our blocks; none: on-tx
};

// Everything a daemon is told before it starts, understood and checked.
struct Config {
    Parameters parameters;
    std::filesystem::path datadir;
    std::optional<p2p::Endpoint> listen;
    p2p::Endpoint rpc;
    std::optional<p2p::Endpoint> metrics;
    std::optional<p2p::Endpoint> external;  // where others reach us; port 0: the one listened at
    std::vector<p2p::PeerAddress> peers;    // of --connect and --addnode
    bool only_given_peers = false;          // --connect: no others are sought
    bool plain = false;                     // links without encryption, and no discovery
    bool discovery = true;
    // Each --bootnode a source of its own, then the network's.
    std::vector<p2p::BootstrapNodes> bootstrap;
    std::vector<std::string> lan;  // interfaces
    p2p::Netgroups netgroups;      // with the map of --asmap
    std::size_t inbound_max = p2p::Limits{}.inbound_max;
    unsigned group_first_percent = p2p::Limits{}.group_first_percent;
    std::vector<std::string> rpcauth;
    std::optional<MineOptions> mine;
    bool transaction_index = false;
    std::size_t memory_bytes = std::size_t{450} << 20;
    std::size_t threads = 1;
    LogLevel log_level = LogLevel::info;
    LogFormat log_format = LogFormat::text;

    // The network's own folder.
    [[nodiscard]] std::filesystem::path folder() const { return datadir / parameters.name; }
};

using Lookup = std::function<const char*(const char*)>;

// Flags first, then the TOML file, then the environment. `conf` is the file that a person named;
// without it $XDG_CONFIG_HOME/starling/starlingd.toml is read if it is there. The error is one
// line.
Result<Config, std::string> configured(const Settings& flags,
                                       const std::optional<std::filesystem::path>& conf,
                                       const Lookup& lookup);

// "10s", "500ms", "2m" or plain seconds; nothing for what is not above zero or over a day.
std::optional<Duration> parse_duration(std::string_view text);

}  // namespace starling::node
