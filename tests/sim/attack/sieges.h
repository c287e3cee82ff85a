#pragma once

#include "sim/attack/attack.h"

namespace starling::sim {

// Attacks that need more of a node than its tables of addresses, one file each. `run` of Attack.

// Two hosts with many identities against the Kademlia table of a node that restarts.
void kademlia_monopoly(const AttackOptions& options, const TellRow& tell);
// The identities of one bucket, all of them one attacker's but one.
void bucket_monopoly(const AttackOptions& options, const TellRow& tell);
// A fifth of all nodes answers lookups with each other.
void hostile_lookups(const AttackOptions& options, const TellRow& tell);
// Half of a node's connections withhold blocks.
void withholding_peers(const AttackOptions& options, const TellRow& tell);
// Somebody calls a node again and again until all its places are taken.
void inbound_flood(const AttackOptions& options, const TellRow& tell);

}  // namespace starling::sim
