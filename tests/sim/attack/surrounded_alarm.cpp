#include "sim/attack/surrounded_alarm.h"

#include "consensus/parameters.h"
#include "p2p/limits.h"

namespace starling::sim {

void SurroundedAlarm::look(p2p::EclipseSigns signs, Duration since) {
    signs.up = signs.looking = signs.quiet = since;
    signs.spacing = p2p::block_spacing(testnet(), p2p::Limits{}).value_or(Duration{0});
    const p2p::EclipseReport report = alarm_.judge(signs);
    if (!rang_ && report.level == p2p::EclipseLevel::alarm) rang_ = since;
}

}  // namespace starling::sim
