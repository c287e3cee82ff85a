#pragma once

#include "sim/report/pictures.h"
#include "sim/report/report.h"

#include <string>
#include <vector>

namespace starling::sim {

// The plots of a run's page as SVG; empty where there is nothing to see.
std::string arrivals_plot(const std::vector<Span>& sorted, const std::string& label);
std::string tips_plot(const Report& report, const Pictures& pictures);
std::string connections_plot(const Report& report, const Pictures& pictures);
std::string degree_plot(const Pictures& pictures);
std::string bytes_plot(const Report& report);
std::string faults_plot(const Report& report, const Pictures& pictures);
std::string map_plot(const Pictures& pictures);

}  // namespace starling::sim
