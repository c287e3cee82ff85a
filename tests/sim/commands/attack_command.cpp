#include "sim/attack/attack.h"
#include "sim/attack/table.h"
#include "sim/commands/commands.h"
#include "sim/commands/files.h"

#include <cstdio>
#include <utility>

namespace starling::sim {

namespace {

int list() {
    for (const Attack& attack : all_attacks()) {
        print(std::string(attack.name) + std::string(20 - attack.name.size(), ' ') +
              std::string(attack.description) + "\n");
    }
    return kFine;
}

void run(const Attack& attack, const AttackCommand& command) {
    std::vector<AttackRow> rows;
    attack.run(command.options, [&](AttackRow row) {
        std::fprintf(stderr, "%s: %s done\n", row.setting.c_str(), row.rules.c_str());
        rows.push_back(std::move(row));
    });
    if (command.json) {
        print(attack_json(attack, command.options, rows) + "\n");
    } else {
        print(std::string(attack.name) + ": " + std::string(attack.description) + "\n\n" +
              attack_text(rows) + "\n");
    }
}

}  // namespace

int attack_command(const AttackCommand& command) {
    const AttackOptions& options = command.options;
    if (options.tables == 0 || options.tables > kTrialsMax || options.restarts == 0 ||
        options.restarts > kTrialsMax)
        return complain("--tables and --restarts: 1 to " + std::to_string(kTrialsMax), kUsageError);
    if (options.thinned == 0 || options.thinned > kTrialsMax)
        return complain("--thinned: 1 to " + std::to_string(kTrialsMax), kUsageError);
    if (options.honest != 0 && (options.honest < kHonestMin || options.honest > kHonestMax)) {
        return complain(
            "--honest: " + std::to_string(kHonestMin) + " to " + std::to_string(kHonestMax),
            kUsageError);
    }
    if (options.group_first_share > 100)
        return complain("--group-first-share: 0 to 100", kUsageError);
    if (command.name == "list") return list();
    if (command.name == "all") {
        for (const Attack& attack : all_attacks())
            run(attack, command);
        return kFine;
    }
    const Attack* attack = find_attack(command.name);
    if (attack == nullptr)
        return complain("no attack '" + command.name + "'; see: attack list", kUsageError);
    run(*attack, command);
    return kFine;
}

}  // namespace starling::sim
