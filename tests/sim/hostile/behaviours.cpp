#include "sim/hostile/behaviours.h"

namespace starling::sim {

const std::vector<std::string_view>& behaviour_names() {
    static const std::vector<std::string_view> names;
    return names;
}

}  // namespace starling::sim
