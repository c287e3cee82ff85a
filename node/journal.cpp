#include "node/journal.h"

#include "node/clock.h"
#include "node/log.h"

namespace starling::node {

namespace {

std::string counted(std::size_t count, const std::string& thing) {
    return std::to_string(count) + " " + thing + (count == 1 ? "" : "s");
}

std::size_t transactions_of(const chain::TipChanged& changed) {
    std::size_t count = 0;
    for (const auto& block : changed.connected)
        count += block->block.transactions.size();
    return count;
}

}  // namespace

std::string tip_line(const chain::TipChanged& changed) {
    std::string line = "height " + std::to_string(changed.tip->height.value) + ", tip " +
                       to_string(changed.tip->hash);
    if (!changed.disconnected.empty()) {
        return "reorganised: " + counted(changed.disconnected.size(), "block") +
               " left the chain, " + counted(changed.connected.size(), "block") + " joined it; " +
               line;
    }
    if (changed.connected.size() > 1) line += ", " + counted(changed.connected.size(), "block");
    return line + ", " + counted(transactions_of(changed), "transaction");
}

Journal::Journal(Machine& machine) {
    machine.add_watcher(*this);
}

void Journal::tip_changed(const chain::TipChanged& changed) {
    const Time present = now();
    const Time mined{std::chrono::seconds{changed.tip->header.time}};
    const bool telling =
        !changed.disconnected.empty() || present - mined < kRecent || present - last_ >= kInterval;
    if (!telling) return;
    last_ = present;
    log_info(tip_line(changed));
}

void Journal::block_invalid(const chain::BlockInvalid& invalid) {
    log_warning("block " + to_string(invalid.node->hash) + " at height " +
                std::to_string(invalid.node->height.value) +
                " is invalid: " + describe(invalid.reject));
}

void Journal::gossip_event(const p2p::Event& event) {
    const auto line = [&] {
        if (event.peer == p2p::PeerId{}) return describe(event);
        return "peer " + std::to_string(event.peer.value) + " " + describe(event);
    };
    switch (event.kind) {  // each place has a limit of its own (log_limit.h)
        case p2p::Event::Kind::handshake_done:
            return log_info(line());
        case p2p::Event::Kind::misbehaved:
            return log_info(line());
        case p2p::Event::Kind::ping_timed_out:
        case p2p::Event::Kind::download_timed_out:
        case p2p::Event::Kind::headers_stalled:
        case p2p::Event::Kind::download_stalled:
        case p2p::Event::Kind::anchor_lost:
        case p2p::Event::Kind::tip_stale:
        case p2p::Event::Kind::peer_behind:
            return log_info(line());
        default:  // of a peer in order, or part of what is said already
            if (log_enabled(LogLevel::debug)) log_debug(line());
    }
}

}  // namespace starling::node
