#pragma once

#include "sim/observer.h"
#include "sim/world/world.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace starling::sim {

struct Violation {
    Moment when;
    std::string property;  // the checker's name
    HostIndex host = kNoHost;
    std::string what;  // one sentence with its figures
};

// One property that must hold in every world, watched while it runs. It keeps the first violation;
// what follows is mostly its echo.
class Checker : public Observer {
public:
    [[nodiscard]] virtual std::string_view name() const = 0;
    [[nodiscard]] const std::optional<Violation>& violation() const { return violation_; }

protected:
    void violated(Moment when, HostIndex host, std::string what) {
        if (!violation_) violation_ = Violation{when, std::string(name()), host, std::move(what)};
    }

private:
    std::optional<Violation> violation_;
};

// All of them, for this world.
std::vector<std::unique_ptr<Checker>> make_checkers(const World& world);

}  // namespace starling::sim
