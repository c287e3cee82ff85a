#include "sim/commands/allocator.h"
#include "sim/commands/commands.h"
#include "sim/commands/files.h"

#include <CLI/CLI.hpp>

#include <csignal>
#include <exception>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

namespace {

using namespace starling::sim;

using Command = std::function<int()>;

// The flags of one subcommand that name settings, still as text.
struct SettingFlags {
    std::map<const Setting*, std::vector<std::string>> texts;
    std::map<const Setting*, bool> flags;
    std::string scenario;

    [[nodiscard]] Asked asked(const CLI::App& app) const {
        Asked out{.scenario = scenario, .flags = {}};
        for (const Setting& setting : all_settings()) {
            const std::string name = "--" + std::string(setting.flag());
            if (app.count(name) == 0) continue;
            std::string text;
            if (setting.kind == Setting::Kind::flag) {
                text = flags.at(&setting) ? "true" : "false";
            } else {
                for (const std::string& given : texts.at(&setting))
                    text += (text.empty() ? "" : ",") + given;
            }
            out.flags.push_back({&setting, text, name});
        }
        return out;
    }
};

std::string help_of(const Setting& setting) {
    const std::string standing = setting.write(Settings{});
    std::string out(setting.help);
    if (setting.kind != Setting::Kind::flag) out += "; " + std::string(setting.values);
    return out + " [" + standing + "]";
}

void declare(CLI::App& app, SettingFlags& given) {
    app.add_option("--scenario", given.scenario, "TOML file with these settings; flags override it")
        ->type_name("FILE");
    for (const Setting& setting : all_settings()) {
        const std::string name = "--" + std::string(setting.flag());
        CLI::Option* option = nullptr;
        if (setting.kind == Setting::Kind::flag) {
            option = app.add_flag(name + ",!--no-" + std::string(setting.flag()),
                                  given.flags[&setting], help_of(setting));
        } else {
            option = app.add_option(name, given.texts[&setting], help_of(setting));
            option->allow_extra_args(false)->type_name("");
            if (setting.kind != Setting::Kind::counts)
                option->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
        }
        option->group(setting.section.empty() ? "Settings"
                                              : "Settings, [" + std::string(setting.section) + "]");
    }
}

void add_run(CLI::App& app, Command& chosen) {
    auto* run = app.add_subcommand("run", "run one world, and report");
    auto command = std::make_shared<RunCommand>();
    auto given = std::make_shared<SettingFlags>();
    run->add_flag("--json", command->json, "print the report as one line of JSON");
    run->add_option("--trace", command->trace, "write every event to FILE, a line of JSON each")
        ->type_name("FILE");
    run->add_option("--html", command->html, "write the report with plots to FILE, one page")
        ->type_name("FILE");
    declare(*run, *given);
    run->callback([=, &chosen] {
        command->asked = given->asked(*run);
        chosen = [=] { return run_command(*command); };
    });
}

void add_replay(CLI::App& app, Command& chosen) {
    auto* replay = app.add_subcommand("replay", "run again from a report alone, and compare");
    auto command = std::make_shared<ReplayCommand>();
    replay->add_option("report", command->report, "of `run --json`; - for stdin")->required();
    replay->add_flag("--json", command->json, "print the new report");
    replay->callback([=, &chosen] { chosen = [=] { return replay_command(*command); }; });
}

void add_shrink(CLI::App& app, Command& chosen) {
    auto* shrink = app.add_subcommand("shrink", "find the smallest run that fails in the same way");
    auto command = std::make_shared<ShrinkCommand>();
    auto given = std::make_shared<SettingFlags>();
    shrink->add_option("report", command->report, "of a `run --json` that failed, or settings:");
    shrink->add_option("--attempts", command->attempts, "runs at most")->capture_default_str();
    shrink->add_flag("--json", command->json, "print the result as one line of JSON");
    declare(*shrink, *given);
    shrink->callback([=, &chosen] {
        command->asked = given->asked(*shrink);
        chosen = [=] { return shrink_command(*command); };
    });
}

void add_swarm(CLI::App& app, Command& chosen) {
    auto* swarm = app.add_subcommand(
        "swarm", "a world a seed: topology, faults, load and adversaries drawn from it");
    auto command = std::make_shared<SwarmCommand>();
    swarm->add_option("--seeds", command->seeds, "how many")->capture_default_str();
    swarm->add_option("--first-seed", command->first_seed, "the first")->capture_default_str();
    swarm->add_option("--nodes", command->nodes, "hosts of each world")->capture_default_str();
    swarm->add_option("--jobs", command->jobs, "processes at a time; 0: one a core")
        ->capture_default_str();
    swarm->add_flag("--stop", command->stop, "begin no more runs once one has failed");
    swarm->add_flag("--json", command->json, "print the result as one line of JSON, for merge");
    swarm->add_flag("--marks", command->marks, "print how often each mark was reached");
    swarm->add_flag("--nightly", command->nightly, "fail if a mark was never reached");
    swarm->callback([=, &chosen] { chosen = [=] { return swarm_command(*command); }; });
}

void add_slurm(CLI::App& app, Command& chosen) {
    auto* slurm = app.add_subcommand("slurm", "print a script for sbatch that runs a large swarm");
    auto command = std::make_shared<SlurmCommand>();
    slurm->add_option("--seeds", command->seeds, "how many")->capture_default_str();
    slurm->add_option("--per-task", command->per_task, "seeds of one task")->capture_default_str();
    slurm->add_option("--first-seed", command->first_seed, "the first")->capture_default_str();
    slurm->add_option("--nodes", command->nodes, "hosts of each world")->capture_default_str();
    slurm->callback([=, &chosen] {
        std::error_code unknown;
        command->program = std::filesystem::read_symlink("/proc/self/exe", unknown).string();
        if (unknown) command->program = "starling-sim";
        chosen = [=] { return slurm_command(*command); };
    });
}

void add_merge(CLI::App& app, Command& chosen) {
    auto* merge = app.add_subcommand("merge", "add up results of `swarm --json`");
    auto command = std::make_shared<MergeCommand>();
    merge->add_option("files", command->files, "results; - for stdin")->required();
    merge->add_flag("--json", command->json, "print the sum as one line of JSON");
    merge->add_flag("--marks", command->marks, "print how often each mark was reached");
    merge->add_flag("--nightly", command->nightly, "fail if a mark was never reached");
    merge->callback([=, &chosen] { chosen = [=] { return merge_command(*command); }; });
}

void add_attack(CLI::App& app, Command& chosen) {
    auto* attack = app.add_subcommand(
        "attack", "attack victims with our rules and with Bitcoin Core's, and print both");
    auto command = std::make_shared<AttackCommand>();
    AttackOptions& options = command->options;
    attack->add_option("name", command->name, "an attack; list: their names; all: each of them")
        ->required();
    attack->add_option("--seed", options.seed, "of all chance")->capture_default_str();
    attack->add_option("--tables", options.tables, "victims prepared for each row")
        ->capture_default_str();
    attack->add_option("--restarts", options.restarts, "trials of each victim")
        ->capture_default_str();
    attack->add_option("--thinned", options.thinned, "of a flood, simulate one part in so many")
        ->capture_default_str();
    attack->add_option("--honest", options.honest, "honest nodes; 0: the table's sizes")
        ->capture_default_str();
    attack->add_option("--attackers", options.attackers, "only rows with this text in them")
        ->type_name("TEXT");
    attack
        ->add_option("--group-first-share", options.group_first_share,
                     "percent of slots that draw a netgroup first, by our rules")
        ->capture_default_str();
    attack->add_flag("--fast-attacker", options.fast_attacker,
                     "hostile peers bring each block before all others");
    attack->add_flag("--json", command->json, "print a line of JSON for each attack");
    attack->callback([=, &chosen] { chosen = [=] { return attack_command(*command); }; });
}

}  // namespace

int main(int argc, char** argv) {
    tune_allocator(argv);
    std::signal(SIGPIPE, SIG_IGN);  // who reads our output may go before its end
    CLI::App app(
        "Networks of the node's own machines in one process, under a virtual clock and one seed.\n"
        "Exit code: 0 fine, 1 a property was violated, 2 bad input.",
        "starling-sim");
    app.set_version_flag("--version", "starling-sim " STARLING_VERSION);
    app.require_subcommand(1);
    Command chosen;
    add_run(app, chosen);
    add_replay(app, chosen);
    add_shrink(app, chosen);
    add_swarm(app, chosen);
    add_slurm(app, chosen);
    add_merge(app, chosen);
    add_attack(app, chosen);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) return app.exit(error);
        return complain(error.what(), kUsageError);
    }
    try {
        return chosen();
    } catch (const std::exception& error) {
        return complain(error.what(), kFound);
    }
}
