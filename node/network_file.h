#pragma once

#include "consensus/parameters.h"
#include "consensus/result.h"

#include <filesystem>
#include <string>

namespace starling::node {

// Reads a network of one's own: a TOML file that names one of ours as `base` and says what differs.
//
//   base = "local"              # regtest, local or testnet
//   name = "village"            # lower-case letters, digits, '-': also the folder's name
//   magic = "0a0b0c0d"
//   address_prefix = "vill"
//   p2p_port = 28444
//   rpc_port = 28443
//   spacing = 5                 # seconds between blocks; with half_life only where base has ASERT
//   half_life = 600
//   limit_bits = "207fffff"
//   halving_interval = 210000
//   future_seconds_max = 600
//   bip54 = true
//   transaction_index = true
//   genesis_message = "..."     # another genesis; its nonce is found at every start
//   genesis_time = 1790000000
//   bootnodes = ["enr:..."]     # node records, whose signatures are checked at once
//   identity_bits = 16          # leading zero bits of the hash of a node's key, at most 20
//   subnet_bucket_max = 2       # these and the next: OverlayRules of consensus/parameters.h
//   subnet_table_max = 10
//   group_bucket_max = 2
//   group_table_max = 8
//   subnet_lookup_max = 1
//   ids_per_address_max = 1
//   votes_min = 10
//   vote_groups_min = 6
//   loopback = false
//   hasty = false
//   [bootstrap]                 # node records by who runs the nodes: three sources are asked at
//   birds = ["enr:..."]         # once, so that none of them alone decides whom a newcomer meets;
//   insects = ["enr:..."]       # `bootnodes` are of one source
Result<Parameters, std::string> read_network_file(const std::filesystem::path& file);

}  // namespace starling::node
