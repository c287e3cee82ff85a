#pragma once

// What happens in a world besides what its nodes do by themselves.
#include "sim/load/churn.h"
#include "sim/load/fault_schedule.h"
#include "sim/load/mining.h"
#include "sim/load/prehistory.h"
#include "sim/load/spending.h"
