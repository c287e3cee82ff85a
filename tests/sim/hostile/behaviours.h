#pragma once

#include <string_view>
#include <vector>

namespace starling::sim {

// What `hostile` of the settings may name: one file each.
const std::vector<std::string_view>& behaviour_names();

}  // namespace starling::sim
