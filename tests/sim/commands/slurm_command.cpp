#include "sim/commands/commands.h"
#include "sim/commands/files.h"

namespace starling::sim {

namespace {

// Slurm's default bound of an array (MaxArraySize 1001: indices 0 to 1000).
constexpr std::uint64_t kTasksMax = 1'001;

std::string script(const SlurmCommand& command, std::uint64_t tasks) {
    const auto text = [](std::uint64_t number) { return std::to_string(number); };
    const std::string again = "starling-sim slurm --seeds " + text(command.seeds) + " --per-task " +
                              text(command.per_task) + " --first-seed " + text(command.first_seed) +
                              " --nodes " + text(command.nodes);
    return "#!/bin/bash\n"
           "#SBATCH --job-name=starling-sweep\n"
           "#SBATCH --array=0-" +
           text(tasks - 1) +
           "\n"
           "#SBATCH --ntasks=1\n"
           "#SBATCH --output=starling-sweep-%A_%a.log\n"
           "# Made by: " +
           again +
           "\n"
           "#\n"
           "#   sbatch sweep.sh\n"
           "#   starling-sim merge starling-sweep/*.json    # when all tasks have ended\n"
           "#\n"
           "# STARLING_SIM is the program, STARLING_SWEEP the folder of the results; both must be\n"
           "# reached from every machine. A task whose result is there already does nothing, so\n"
           "# the script may be submitted again after a failure.\n"
           "set -u\n"
           "program=${STARLING_SIM:-" +
           command.program +
           "}\n"
           "folder=${STARLING_SWEEP:-starling-sweep}\n"
           "task=${SLURM_ARRAY_TASK_ID:?is given by sbatch}\n"
           "first=$((" +
           text(command.first_seed) + " + task * " + text(command.per_task) +
           "))\n"
           "count=$((" +
           text(command.first_seed + command.seeds) +
           " - first))\n"
           "[ \"$count\" -gt " +
           text(command.per_task) + " ] && count=" + text(command.per_task) +
           "\n"
           "mkdir -p \"$folder\" || exit 2\n"
           "result=$folder/$(printf %04d \"$task\").json\n"
           "[ -s \"$result\" ] && exit 0\n"
           "\"$program\" swarm --first-seed \"$first\" --seeds \"$count\" --nodes " +
           text(command.nodes) +
           " \\\n"
           "    --jobs \"${SLURM_CPUS_PER_TASK:-1}\" --json >\"$result.part\"\n"
           "code=$?\n"
           "# 1: some runs failed, which the result tells; more: there is no result.\n"
           "[ \"$code\" -le 1 ] || exit \"$code\"\n"
           "mv \"$result.part\" \"$result\"\n";
}

}  // namespace

int slurm_command(const SlurmCommand& command) {
    if (command.seeds == 0 || command.per_task == 0)
        return complain("--seeds and --per-task must be at least 1", kUsageError);
    if (command.seeds > kSeedsMax || command.per_task > kSeedsMax)
        return complain("--seeds and --per-task must be at most " + std::to_string(kSeedsMax),
                        kUsageError);
    if (command.nodes == 0) return complain("--nodes: a network has one at least", kUsageError);
    const std::uint64_t tasks = (command.seeds + command.per_task - 1) / command.per_task;
    if (tasks > kTasksMax)
        return complain("--per-task " + std::to_string(command.per_task) + " makes " +
                            std::to_string(tasks) + " tasks, and Slurm takes " +
                            std::to_string(kTasksMax) + ": at least --per-task " +
                            std::to_string((command.seeds + kTasksMax - 1) / kTasksMax),
                        kUsageError);
    print(script(command, tasks));
    return kFine;
}

}  // namespace starling::sim
