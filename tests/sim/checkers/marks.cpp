#include "sim/checkers/marks.h"

#include "p2p/refusals.h"
#include "sim/checkers/bans.h"
#include "sim/world/world.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <variant>

namespace starling::sim {

const std::vector<std::string_view>& Marks::names() {
    static const std::vector<std::string_view> all{
        "reorganised",                     // by a block or more
        "reorganised_3",                   // by three or more
        "invalid_block_refused",           //
        "invalid_transaction_refused",     //
        "low_work_refused",                // a chain of headers that ends too soon
        "presync_aborted",                 // a long one
        "peer_dropped_for_conduct",        //
        "orphan_resolved",                 //
        "orphan_resolved_by_second_peer",  // who sent its last parent is another peer
        "download_stalled",                //
        "download_taken_over",             //
        "transaction_taken_over",          //
        "ping_timed_out",                  //
        "inbound_full",                    //
        "inbound_evicted",                 // for a newcomer
        "redialled",                       // a connection that was lost came again
        "anchor_dialled",                  // by a host that started again
        "anchor_lost",                     // it was not reached
        "feeler_answered",                 //
        "tip_stale",                       // an extra peer was sought
        "extra_peer_kept",                 // it brought news: another's place is its now
        "extra_peer_dropped",              // it brought none
        "peer_behind",                     // dropped: it shows less work for too long
        "eclipse_alarm_rang",              // or showed that it is worth a look
        "crash_lost_commits",              // and the chain came back to where it was
        "tail_reconnected",                // blocks whose commit was lost, without any peer
        "partition_healed",                // its sides had different tips, then one
        "paused_host_caught_up",           //
        "pool_conflict",                   // a block spent what a transaction of the pool spends
        "transaction_returned",            // to the pool, by a reorganisation
        "discovery_node_replaced",         // one came within seconds of another's leaving
        "undialable_node_found",           // behind a NAT, in a table
        "lookup_past_liar",                // a lookup asked a hostile node and found honest ones
    };
    return all;
}

void Marks::reach(std::string_view mark) {
    assert(std::ranges::find(names(), mark) != names().end());
    ++counts_[std::string(mark)];
}

// ---- Hosts and their chains ----

void Marks::host_started(HostIndex host) {
    HostState& state = hosts_[host];
    state.heard_block = state.lost_commits = false;
    state.disconnected.clear();
}

void Marks::host_stopped(HostIndex host, bool crashed) {
    HostState& state = hosts_[host];
    state.crashed = crashed;
    state.behind_to.reset();
}

void Marks::tip_changed(HostIndex host, const chain::TipChanged& change) {
    HostState& state = hosts_[host];
    if (!change.disconnected.empty()) reach("reorganised");
    if (change.disconnected.size() >= 3) reach("reorganised_3");
    if (!change.disconnected.empty()) state.disconnected.clear();
    for (const auto& block : change.disconnected) {
        for (const auto& tx : block->block.transactions)
            state.disconnected.insert(tx->txid());
    }
    if (state.crashed) came_back(state, change);
    state.height = std::max(change.tip->height, state.crashed ? state.height : Height{});
    state.tip = change.tip->hash;
    if (state.behind_to && change.tip->height >= *state.behind_to) {
        state.behind_to.reset();
        reach("paused_host_caught_up");
    }
}

// Until a host that crashed is where it was before, `state.height` stays that of before.
void Marks::came_back(HostState& state, const chain::TipChanged& change) {
    const auto joined = static_cast<std::int32_t>(change.connected.size());
    if (change.tip->height - joined < state.height) state.lost_commits = true;
    if (!state.heard_block && joined > 0) reach("tail_reconnected");
    if (change.tip->height < state.height) return;
    state.crashed = false;
    if (state.lost_commits) reach("crash_lost_commits");
}

void Marks::block_invalid(HostIndex, const chain::BlockInvalid&) {
    reach("invalid_block_refused");
}

void Marks::pool_changed(HostIndex host, const mempool::PoolChanged& change) {
    for (const auto& [transaction, departure] : change.removed) {
        if (departure == mempool::Departure::conflict) reach("pool_conflict");
    }
    HostState& state = hosts_[host];
    if (state.disconnected.empty()) return;
    for (const auto& entry : change.added) {
        if (state.disconnected.erase(entry->transaction->txid()) > 0) reach("transaction_returned");
    }
}

// ---- Connections ----

void Marks::connected(HostIndex dialler, HostIndex listener) {
    if (lost_.erase({dialler, listener}) > 0) reach("redialled");
}

void Marks::disconnected(HostIndex dialler, HostIndex listener) {
    if (lost_.size() < kPairsMax) lost_.insert({dialler, listener});
}

void Marks::dropped(HostIndex, HostIndex, std::string_view reason) {
    if (reason == p2p::describe(p2p::Refusal::inbound_full)) reach("inbound_full");
}

void Marks::received(HostIndex host, HostIndex, const p2p::Message& message, std::size_t) {
    if (std::holds_alternative<p2p::BlockMessage>(message)) hosts_[host].heard_block = true;
}

void Marks::gossip_event(HostIndex host, const p2p::Event& event) {
    if (hostile_.contains(host)) return;  // what its machines do is not what it does
    using Kind = p2p::Event::Kind;
    // Marks of connections have their events' names.
    constexpr std::array kOfConnections{
        Kind::inbound_evicted, Kind::ping_timed_out,     Kind::anchor_dialled,
        Kind::anchor_lost,     Kind::feeler_answered,    Kind::tip_stale,
        Kind::extra_peer_kept, Kind::extra_peer_dropped, Kind::peer_behind};
    if (std::ranges::find(kOfConnections, event.kind) != kOfConnections.end())
        return reach(to_string(event.kind));
    switch (event.kind) {
        case Kind::misbehaved:
            if (event.offence == p2p::Offence::invalid_transaction)
                reach("invalid_transaction_refused");
            // A block that breaks a rule by itself never gets a header node.
            if (event.offence == p2p::Offence::mutated_block) reach("invalid_block_refused");
            break;
        case Kind::dropped_for_conduct:
            return reach("peer_dropped_for_conduct");
        case Kind::download_stalled:
            return reach("download_stalled");
        case Kind::download_taken_over:
            return reach("download_taken_over");
        case Kind::transaction_taken_over:
            return reach("transaction_taken_over");
        case Kind::presync_aborted:
            return reach("presync_aborted");
        case Kind::low_work_refused:
            return reach("low_work_refused");
        case Kind::orphan_resolved:
            reach("orphan_resolved");
            if (event.other != p2p::PeerId{} && event.other != event.peer)
                reach("orphan_resolved_by_second_peer");
            break;
        default:
            break;
    }
}

// ---- Discovery ----

void Marks::node_left(HostIndex host, const p2p::discv5::NodeLeft&) {
    hosts_[host].node_left = true;
}

void Marks::node_joined(HostIndex host, const p2p::discv5::NodeJoined& joined) {
    if (std::exchange(hosts_[host].node_left, false)) reach("discovery_node_replaced");
    const auto node = nodes_.find(joined.id);
    if (node != nodes_.end() && !node->second.dialable) reach("undialable_node_found");
}

void Marks::lookup_finished(HostIndex, const p2p::discv5::LookupReport& report) {
    const auto honest = [&](const p2p::NodeId& id) {
        const auto node = nodes_.find(id);
        return node != nodes_.end() && node->second.honest;
    };
    const bool liar = std::ranges::any_of(report.steps, [&](const auto& step) {
        const auto node = nodes_.find(step.asked);
        return node != nodes_.end() && !node->second.honest;
    });
    const bool found = std::ranges::any_of(
        report.closest, [&](const auto& result) { return honest(result.record->id()); });
    if (liar && found) reach("lookup_past_liar");
}

// ---- Faults ----

void Marks::fault(const Fault& fault, bool begins) {
    if (begins || hosts_.empty()) return;
    Height highest;
    for (const auto& [host, state] : hosts_)
        highest = std::max(highest, state.height);
    const std::set<HostIndex> inside(fault.hosts.begin(), fault.hosts.end());
    if (fault.kind == Fault::Kind::pause) {
        for (const HostIndex host : fault.hosts) {
            if (hosts_[host].height < highest) hosts_[host].behind_to = highest;
        }
    }
    const bool parted =
        fault.kind == Fault::Kind::partition || fault.kind == Fault::Kind::one_way_partition;
    if (!parted || inside.empty()) return;
    const HostIndex one = *inside.begin();
    const auto other = std::ranges::find_if(
        hosts_, [&](const auto& entry) { return !inside.contains(entry.first); });
    if (other != hosts_.end() && other->second.tip != hosts_[one].tip)
        parted_.emplace_back(one, other->first);
}

void Marks::look(const World& world) {
    if (nodes_.empty()) know_nodes(world.plan());
    for (auto& [host, state] : hosts_)
        state.node_left = false;
    std::erase_if(parted_, [&](const Pair& pair) {
        const bool healed = hosts_[pair.first].tip == hosts_[pair.second].tip;
        if (healed) reach("partition_healed");
        return healed;
    });
}

void Marks::know_nodes(const Plan& plan) {
    for (const HostPlan& host : plan.hosts) {
        nodes_.emplace(host.identity.id, Node{host.index, host.honest(), host.nat == Nat::open});
        if (!host.honest()) hostile_.insert(host.index);
    }
}

}  // namespace starling::sim
