#pragma once

#include "sim/report/pictures.h"
#include "sim/report/report.h"

#include <string>

namespace starling::sim {

// The report as one page that needs nothing else: no network, no script but its own. It follows
// the reader's choice of light or dark.
std::string to_html(const Report& report, const Pictures& pictures);

}  // namespace starling::sim
