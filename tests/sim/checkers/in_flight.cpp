#include "sim/checkers/in_flight.h"

#include "p2p/limits.h"

#include <algorithm>
#include <string>
#include <variant>

namespace starling::sim {
namespace {

std::size_t blocks_of(const std::vector<p2p::InventoryItem>& items) {
    const auto count =
        std::ranges::count_if(items, [](const auto& item) { return item.is_block(); });
    return static_cast<std::size_t>(count);
}

}  // namespace

void InFlight::sent(HostIndex host, HostIndex to, const p2p::Message& message, std::size_t) {
    const auto* asked = std::get_if<p2p::GetData>(&message);
    if (asked == nullptr || !plan_.hosts[host].honest()) return;
    const std::size_t blocks = blocks_of(asked->items);
    if (blocks == 0) return;
    std::size_t& owed = owed_[{host, to}];
    owed += blocks;
    const std::size_t most = p2p::Limits{}.blocks_in_flight_per_peer;
    if (owed <= most) return;
    violated(events_.now(), host,
             "it waits for " + std::to_string(owed) + " blocks of host " + std::to_string(to) +
                 "; the bound is " + std::to_string(most));
}

void InFlight::received(HostIndex host, HostIndex from, const p2p::Message& message, std::size_t) {
    if (std::holds_alternative<p2p::BlockMessage>(message)) return came(host, from, 1);
    if (const auto* missing = std::get_if<p2p::NotFound>(&message))
        came(host, from, blocks_of(missing->items));
}

// More than it asked for may come: that is another checker's.
void InFlight::came(HostIndex host, HostIndex from, std::size_t count) {
    const auto owed = owed_.find({host, from});
    if (owed != owed_.end()) owed->second -= std::min(owed->second, count);
}

void InFlight::disconnected(HostIndex dialler, HostIndex listener) {
    owed_.erase({dialler, listener});
    owed_.erase({listener, dialler});
}

void InFlight::host_stopped(HostIndex host, bool) {
    std::erase_if(owed_, [host](const auto& entry) { return entry.first.first == host; });
}

}  // namespace starling::sim
