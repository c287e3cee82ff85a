#pragma once

#include "sim/settings.h"

namespace starling::sim {

// How long a host stays, and how long it is away after that, by the model of the settings (not
// `always_on`). At least a second.
Span draw_session(const Settings::Churn& churn, Random& random);
Span draw_gap(const Settings::Churn& churn, Random& random);

}  // namespace starling::sim
