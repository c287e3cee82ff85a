#pragma once

#include "sim/attack/attack.h"

namespace starling::sim {

// 30 days of hostile addresses, then restarts: by Core's rules and by ours, a row for each.
void restart_attack(const AttackOptions& options, const TellRow& tell);

}  // namespace starling::sim
