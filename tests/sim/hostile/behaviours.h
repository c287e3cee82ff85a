#pragma once

#include "sim/host/behaviour.h"

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace starling::sim {

// What `hostile` of the settings may name, in alphabetical order: one file each.
const std::vector<std::string_view>& behaviour_names();

// Each has chance of its own, from the seed alone. How often they act is bounded, so that a swarm
// with some of them stays fast: an attack is to be met, not to be measured.
//
// Accomplices need no channel: each finds the others in environment().plan.hosts by their
// behaviour, and what all of them must know (keys, victims) each draws from plan.settings.seed.
std::unique_ptr<Behaviour> address_flood(std::uint64_t seed);
std::unique_ptr<Behaviour> discovery_flood(std::uint64_t seed);
std::unique_ptr<Behaviour> eclipse(std::uint64_t seed);
std::unique_ptr<Behaviour> invalid_blocks(std::uint64_t seed);
std::unique_ptr<Behaviour> invalid_transactions(std::uint64_t seed);
std::unique_ptr<Behaviour> low_work_headers(std::uint64_t seed);
std::unique_ptr<Behaviour> lying_height(std::uint64_t seed);
std::unique_ptr<Behaviour> silent(std::uint64_t seed);
std::unique_ptr<Behaviour> slow(std::uint64_t seed);
std::unique_ptr<Behaviour> withholding(std::uint64_t seed);

}  // namespace starling::sim
