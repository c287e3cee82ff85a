#include "node/eclipse_line.h"

namespace starling::node {

std::optional<EclipseLine> eclipse_line(const p2p::EclipseReport& report) {
    if (report.level == report.before) return std::nullopt;
    const bool worse = report.level > report.before;
    return EclipseLine{worse ? LogLevel::warning : LogLevel::info,
                       "eclipse: " + p2p::describe(report)};
}

}  // namespace starling::node
