#include "sim/net/weather.h"

#include <algorithm>

namespace starling::sim {

void Weather::begin(const Fault& fault) {
    if (fault.kind == Fault::Kind::crash || fault.kind == Fault::Kind::pause) return;
    Front front{.number = fault.number, .kind = fault.kind, .inside = std::vector<bool>(hosts_)};
    for (const HostIndex host : fault.hosts)
        front.inside.at(host) = true;
    if (fault.kind == Fault::Kind::loss_burst) front.loss = fault.amount;
    fronts_.push_back(std::move(front));
}

void Weather::end(const Fault& fault) {
    std::erase_if(fronts_, [&](const Front& front) { return front.number == fault.number; });
}

bool Weather::holds(HostIndex from, HostIndex to) const {
    return std::any_of(fronts_.begin(), fronts_.end(), [&](const Front& front) {
        switch (front.kind) {
            case Fault::Kind::partition:
                return front.inside[from] != front.inside[to];
            case Fault::Kind::one_way_partition:
                return front.inside[from] && !front.inside[to];
            case Fault::Kind::clog:
                return front.inside[from] || front.inside[to];
            default:
                return false;
        }
    });
}

bool Weather::clogs(HostIndex host) const {
    return std::any_of(fronts_.begin(), fronts_.end(), [&](const Front& front) {
        return front.kind == Fault::Kind::clog && front.inside[host];
    });
}

Ppm Weather::datagram_loss() const {
    Ppm loss = 0;
    for (const Front& front : fronts_)
        loss = std::min(kPpm, loss + front.loss);
    return loss;
}

}  // namespace starling::sim
