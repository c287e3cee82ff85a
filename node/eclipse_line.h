#pragma once

#include "node/log.h"
#include "p2p/eclipse_alarm.h"

#include <optional>
#include <string>

namespace starling::node {

struct EclipseLine {
    LogLevel level;  // a warning when it got worse
    std::string text;
};
// What people are told of a look for signs of an eclipse: a line when the level changed since the
// look before, else nothing.
std::optional<EclipseLine> eclipse_line(const p2p::EclipseReport& report);

}  // namespace starling::node
