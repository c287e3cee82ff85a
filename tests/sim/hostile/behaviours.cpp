#include "sim/hostile/behaviours.h"

#include "sim/plan.h"

#include <array>

namespace starling::sim {
namespace {

struct Named {
    std::string_view name;
    std::unique_ptr<Behaviour> (*make)(std::uint64_t seed);
};

constexpr std::array kBehaviours{Named{"address_flood", address_flood},
                                 Named{"discovery_flood", discovery_flood},
                                 Named{kEclipse, eclipse},
                                 Named{"invalid_blocks", invalid_blocks},
                                 Named{"invalid_transactions", invalid_transactions},
                                 Named{"low_work_headers", low_work_headers},
                                 Named{"lying_height", lying_height},
                                 Named{"silent", silent},
                                 Named{"slow", slow},
                                 Named{"withholding", withholding}};

}  // namespace

const std::vector<std::string_view>& behaviour_names() {
    static const std::vector<std::string_view> names = [] {
        std::vector<std::string_view> out;
        for (const Named& behaviour : kBehaviours)
            out.push_back(behaviour.name);
        return out;
    }();
    return names;
}

std::unique_ptr<Behaviour> behaviour_of(std::string_view name, std::uint64_t seed) {
    if (name.empty()) return std::make_unique<Behaviour>();
    for (const Named& behaviour : kBehaviours) {
        if (behaviour.name == name) return behaviour.make(seed);
    }
    return nullptr;
}

}  // namespace starling::sim
