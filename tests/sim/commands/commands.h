#pragma once

#include "sim/attack/attack.h"
#include "sim/scenario/scenario.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace starling::sim {

// The verbs of `starling-sim`, each with what its command line says. All give the exit code.
constexpr int kFine = 0;
constexpr int kFound = 1;       // a violation, a run that was not repeated, a mark never reached
constexpr int kUsageError = 2;  // one line on stderr says what and where

// A scenario and flags over it.
struct Asked {
    std::string scenario;           // a file; empty: none
    std::vector<Assignment> flags;  // override it
};

struct RunCommand {
    Asked asked;
    bool json = false;
    std::string trace, html;  // files; empty: none
};
int run_command(const RunCommand& command);

struct ReplayCommand {
    std::string report;  // a file with a report of `run --json`; "-": stdin
    bool json = false;
};
int replay_command(const ReplayCommand& command);

struct ShrinkCommand {
    std::string report;  // empty: `asked`
    Asked asked;
    std::size_t attempts = 200;
    bool json = false;
};
int shrink_command(const ShrinkCommand& command);

// More than a year of the machine's time; and a negative number, which the command line's parser
// takes for one close to 2^64, is none.
constexpr std::uint64_t kSeedsMax = 10'000'000'000;
constexpr std::size_t kJobsMax = 1'024;  // more cores than one machine has

struct SwarmCommand {
    std::uint64_t first_seed = 1, seeds = 100;
    std::size_t nodes = 10;
    std::size_t jobs = 0;  // 0: one a core
    bool stop = false;     // at the first failure
    bool json = false, marks = false, nightly = false;
};
int swarm_command(const SwarmCommand& command);

struct SlurmCommand {
    std::uint64_t first_seed = 1, seeds = 100'000, per_task = 1'000;
    std::size_t nodes = 10;
    std::string program;  // this one
};
int slurm_command(const SlurmCommand& command);

struct MergeCommand {
    std::vector<std::string> files;
    bool json = false, marks = false, nightly = false;
};
int merge_command(const MergeCommand& command);

constexpr std::size_t kTrialsMax = 100'000;  // of each kind: a year of the machine's time
constexpr std::size_t kHonestMin = 50;       // fewer are no network to hide a victim in
constexpr std::size_t kHonestMax = 100'000;  // several times what Bitcoin has

struct AttackCommand {
    std::string name;  // of an attack; "list", "all"
    AttackOptions options;
    bool json = false;
};
int attack_command(const AttackCommand& command);

}  // namespace starling::sim
