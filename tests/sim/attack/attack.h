#pragma once

#include "p2p/limits.h"
#include "sim/engine/moment.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace starling::sim {

// What a person may ask of an attack. Each reads those that mean something to it.
struct AttackOptions {
    std::uint64_t seed = 1;
    std::size_t tables = 20;     // victims that are prepared for a row, each by a seed of its own
    std::size_t restarts = 100;  // or trials, of each of them
    std::size_t thinned = 10;    // of what a flood tells, one part in so many is simulated
    std::size_t honest = 0;      // honest nodes; 0: each size of the attack's own table
    std::string attackers;       // only rows whose setting has this text in it; empty: all
    // Of the outbound slots by our rules, in percent: see p2p::Selection.
    unsigned group_first_share = p2p::Limits{}.group_first_percent;
    bool fast_attacker = false;  // his peers are the first to bring blocks
};

// One figure of a row. A share is a count of so many trials, a mean is that of shares that were
// measured independently, so that the table can say how sure it is.
struct Figure {
    enum class Kind { share, mean, span, count, absent };
    std::string name;  // the column's head
    Kind kind = Kind::absent;
    std::uint64_t count = 0;
    std::uint64_t of = 0;       // a share's trials
    std::vector<double> parts;  // what a mean is of, parts of one
    Span span{};
    std::string why;  // nothing was measured, in a few words

    static Figure share(std::string name, std::uint64_t count, std::uint64_t of);
    static Figure mean(std::string name, std::vector<double> parts);
    static Figure time(std::string name, Span span);
    static Figure number(std::string name, std::uint64_t count);
    static Figure none(std::string name, std::string why);
};

// One setting under one set of rules ("Core", "Starling", ...): what is compared stands in rows
// that follow each other.
struct AttackRow {
    std::string setting;
    std::string rules;
    std::vector<Figure> figures;  // the same names in each row of an attack
};

using TellRow = std::function<void(AttackRow)>;

// A named experiment: an attacker, a victim, and figures of how it went. Equal options give equal
// rows.
struct Attack {
    std::string_view name;
    std::string_view description;                                    // one line
    void (*run)(const AttackOptions& options, const TellRow& tell);  // tells each row as it is done
};

// All that `starling-sim attack` knows, in the order in which `all` runs them.
std::span<const Attack> all_attacks();
const Attack* find_attack(std::string_view name);  // null: there is none

}  // namespace starling::sim
