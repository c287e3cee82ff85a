#pragma once

#include "sim/plan.h"

#include <functional>

namespace starling::sim {

class Host;

// How the parts of a world reach its hosts.
using HostAt = std::function<Host&(HostIndex)>;

}  // namespace starling::sim
