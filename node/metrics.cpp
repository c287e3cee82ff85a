#include "node/metrics.h"

#include "node/clock.h"
#include "node/metrics_overlay.h"
#include "node/metrics_text.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace starling::node {

namespace {

double resident_bytes() {
    std::ifstream in("/proc/self/statm");
    std::uint64_t all = 0, resident = 0;
    in >> all >> resident;
    return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

}  // namespace

Metrics::Metrics(Machine& machine, const Network& network, const OverlayView& overlay, Time started)
    : machine_(machine), network_(network), overlay_(overlay), started_(started) {
    machine_.add_watcher(*this);
}

Metrics::~Metrics() {
    machine_.remove_watcher(*this);
}

void Metrics::tip_changed(const chain::TipChanged& changed) {
    if (!changed.disconnected.empty()) ++reorganisations_;
    blocks_ += changed.connected.size();
    for (const auto& block : changed.connected) {
        transactions_ += block->block.transactions.size();
        for (const auto& transaction : block->block.transactions)
            inputs_ += transaction->inputs().size();
    }
}

void Metrics::block_invalid(const chain::BlockInvalid&) {
    ++invalid_;
}

void Metrics::gossip_event(const p2p::Event& event) {
    ++events_[static_cast<std::size_t>(event.kind)];
}

std::string Metrics::render() const {
    MetricsText out;
    render_chain(out);
    render_network(out);
    render_eclipse(overlay_.eclipse(), out);
    render_candidates(machine_.gossip().candidates(now()), out);
    if (overlay_.discovery()) render_overlay(overlay_, out);
    render_machine(out);
    return out.take();
}

void Metrics::render_chain(MetricsText& out) const {
    const auto number = [](auto value) { return static_cast<double>(value); };
    const chain::Chainstate& chain = machine_.chain();
    const mempool::Pool& pool = machine_.ledger().pool();
    out.gauge("starling_height", "Height of the tip.", chain.tip()->height.value);
    out.gauge("starling_headers_height", "Height of the header with the most work.",
              chain.tree().best_header()->height.value);
    out.gauge("starling_committed_height", "Height of the last block that is durable.",
              chain.committed_tip()->height.value);
    out.gauge("starling_tip_time_seconds", "Time of the tip's header.", chain.tip()->header.time);
    out.counter("starling_blocks_connected_total", "Blocks that joined the chain.",
                number(blocks_));
    out.counter("starling_transactions_connected_total",
                "Transactions of the blocks that joined the chain.", number(transactions_));
    out.counter("starling_inputs_connected_total",
                "Inputs of the blocks that joined the chain: their rate is the import rate.",
                number(inputs_));
    out.counter("starling_reorganisations_total", "Times that blocks left the chain.",
                number(reorganisations_));
    out.counter("starling_invalid_blocks_total", "Blocks found invalid.", number(invalid_));
    out.gauge("starling_chain_memory_bytes",
              "Memory of coins, deltas and bodies not yet committed.",
              number(chain.memory_bytes()));
    out.gauge("starling_mempool_transactions", "Transactions in the pool.", number(pool.size()));
    out.gauge("starling_mempool_virtual_bytes", "Their virtual size.",
              number(pool.virtual_bytes()));
    out.gauge("starling_mempool_memory_bytes", "Memory of the pool.", number(pool.memory_bytes()));
    out.gauge("starling_mempool_fees_units", "Their fees in the smallest unit.",
              number(pool.total_fees().units));
}

void Metrics::render_network(MetricsText& out) const {
    const auto peers = machine_.gossip().peers();
    const auto inbound =
        std::ranges::count(peers, p2p::Direction::inbound, &p2p::PeerView::direction);
    const auto all = static_cast<std::int64_t>(peers.size());
    out.family("starling_peers", "Connections.", "gauge");
    out.sample("starling_peers", static_cast<double>(inbound), {{"direction", "inbound"}});
    out.sample("starling_peers", static_cast<double>(all - inbound), {{"direction", "outbound"}});
    out.counter("starling_network_received_bytes_total", "Bytes of messages received.",
                static_cast<double>(network_.bytes_received()));
    out.counter("starling_network_sent_bytes_total", "Bytes of messages sent.",
                static_cast<double>(network_.bytes_sent()));
    out.gauge("starling_half_open_links", "Inbound links that have not proved a key yet.",
              static_cast<double>(network_.half_open()));
    out.family("starling_gossip_events_total", "What happened between peers.", "counter");
    for (std::size_t kind = 0; kind < events_.size(); ++kind)
        out.sample("starling_gossip_events_total", static_cast<double>(events_[kind]),
                   {{"kind", to_string(p2p::Event::Kind{static_cast<int>(kind)})}});
}

void Metrics::render_machine(MetricsText& out) const {
    out.gauge("starling_jobs_queued", "Jobs that wait for a worker.",
              static_cast<double>(machine_.jobs().queued()));
    out.gauge("starling_writes_queued", "Appends and commits that wait for the store writer.",
              static_cast<double>(machine_.jobs().writes_queued()));
    out.gauge("starling_resident_bytes", "Resident memory of the process.", resident_bytes());
    const double up = static_cast<double>((now() - started_).count()) / 1000;
    out.gauge("starling_uptime_seconds", "Time since the start.", up);
    out.family("starling_build_info", "The version that runs.", "gauge");
    out.sample("starling_build_info", 1,
               {{"version", STARLING_VERSION}, {"network", machine_.parameters().name}});
}

}  // namespace starling::node
