#pragma once

#include "sim/attack/attack.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>

namespace starling::sim {

// The interval that a probability lies in with 95 % confidence when `count` of `of` trials came out
// so (Wilson 1927), which unlike the usual one says something where none or all did. As parts of
// one. Trials on one prepared victim are alike, so the truth is wider.
std::pair<double, double> wilson(std::uint64_t count, std::uint64_t of);

// The mean of shares that were measured independently, one each prepared victim, and the interval
// in which the truth lies with 95 % confidence (Student's t). Of one there is no interval, of none
// nothing.
struct MeanShare {
    double mean = 0;
    std::optional<std::pair<double, double>> interval;
};
MeanShare mean_of(std::span<const double> parts);

// Rows of one attack as a table for people, one line a row, as Markdown.
std::string attack_text(std::span<const AttackRow> rows);
// One line.
std::string attack_json(const Attack& attack,
                        const AttackOptions& options,
                        std::span<const AttackRow> rows);

}  // namespace starling::sim
