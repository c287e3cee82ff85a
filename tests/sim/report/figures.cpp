#include "sim/report/figures.h"

#include <algorithm>
#include <variant>

namespace starling::sim {

namespace {

using Presence = Propagation::Presence;

template <class Tag>
std::uint64_t short_id(const Digest<Tag>& digest) {
    std::uint64_t out = 0;
    for (std::size_t i = 0; i < sizeof out; ++i)
        out = out << 8 | digest.bytes[i];
    return out;
}

Span virtual_span(Duration duration) {
    return std::chrono::duration_cast<Span>(duration);
}

}  // namespace

Figures::Figures(const World& world)
    : world_(world),
      presence_(world.size(), Presence::absent),

      blocks_({.tracked_max = 64, .patience = std::chrono::hours{1}}),
      // At 100 transactions a minute all of them; of more those that come while there is room.
      transactions_({.tracked_max = 256, .patience = std::chrono::minutes{10}}) {
    honest_hosts_ = static_cast<std::size_t>(
        std::ranges::count_if(world.plan().hosts, [](const HostPlan& h) { return h.honest(); }));
}

bool Figures::honest(HostIndex host) const {
    return world_.plan().hosts[host].honest();
}

void Figures::host_started(HostIndex host) {
    ++running_;
    if (honest(host)) presence_[host] = Presence::waits;
}

void Figures::host_stopped(HostIndex host, bool) {
    --running_;
    presence_[host] = Presence::absent;
    blocks_.stopped(host);
    transactions_.stopped(host);
}

void Figures::block_mined(HostIndex host, const Shared<CheckedBlock>& block) {
    if (!honest(host)) return;
    const std::uint64_t id = short_id(block->hash);
    mined_.push_back(id);
    blocks_.began(id, world_.now(), presence_);
    blocks_.reached(id, host, world_.now());
}

void Figures::transaction_made(HostIndex host, const Shared<Transaction>& transaction) {
    ++transactions_made_;
    if (!honest(host)) return;
    const std::uint64_t id = short_id(transaction->txid());
    transactions_.began(id, world_.now(), presence_);
    transactions_.reached(id, host, world_.now());
}

void Figures::tip_changed(HostIndex host, const chain::TipChanged& change) {
    if (!honest(host)) return;
    if (!change.disconnected.empty())
        ++reorganisations_[static_cast<std::uint32_t>(change.disconnected.size())];
}

void Figures::pool_changed(HostIndex host, const mempool::PoolChanged& change) {
    for (const Shared<mempool::PoolEntry>& entry : change.added)
        transactions_.reached(short_id(entry->transaction->txid()), host, world_.now());
}

void Figures::connected(HostIndex, HostIndex) {
    ++connections_;
}

void Figures::disconnected(HostIndex, HostIndex) {
    --connections_;
}

void Figures::sent(HostIndex host, HostIndex, const p2p::Message& message, std::size_t bytes) {
    if (!honest(host)) return;
    message_bytes_[message.index()] += bytes;
    std::string_view& name = message_names_[message.index()];
    if (!name.empty()) return;
    const bool named = !std::holds_alternative<p2p::Unknown>(message) &&
                       !std::holds_alternative<p2p::Malformed>(message);
    name = named ? p2p::command_of(message) : "unknown";
}

// A block counts from its arrival: whether it becomes the host's tip is another question.
void Figures::received(HostIndex host, HostIndex, const p2p::Message& message, std::size_t) {
    if (const auto* block = std::get_if<p2p::BlockMessage>(&message))
        blocks_.reached(short_id(block->hash), host, world_.now());
}

void Figures::datagram_sent(HostIndex host, HostIndex, std::string_view what, std::size_t bytes) {
    if (!honest(host)) return;
    const auto at =
        std::ranges::find(datagram_bytes_, what, [](const auto& entry) { return entry.first; });
    if (at == datagram_bytes_.end())
        datagram_bytes_.emplace_back(what, bytes);
    else
        at->second += bytes;
}

void Figures::lookup_finished(HostIndex host, const p2p::discv5::LookupReport& report) {
    if (!honest(host)) return;
    ++lookups_;
    lookup_times_.add(virtual_span(report.took));
    const p2p::discv5::LookupResult* found = nearest(host, report);
    if (found == nullptr) return;
    ++lookups_found_;
    lookup_hops_ += found->hop;
}

// What it found of the nearest of the honest hosts that can be asked now: those behind a NAT are in
// nobody's table. Null: it did not find it. What is nearer in the report is hostile, or gone.
const p2p::discv5::LookupResult* Figures::nearest(HostIndex asker,
                                                  const p2p::discv5::LookupReport& report) const {
    const p2p::NodeId* best = nullptr;
    for (const HostPlan& host : world_.plan().hosts) {
        if (host.index == asker || host.nat != Nat::open) continue;
        if (presence_[host.index] != Presence::waits) continue;
        if (best == nullptr || p2p::nearer(report.target, host.identity.id, *best))
            best = &host.identity.id;
    }
    if (best == nullptr) return nullptr;
    const auto at = std::ranges::find(report.closest, *best,
                                      [](const auto& result) { return result.record->id(); });
    return at == report.closest.end() ? nullptr : &*at;
}

void Figures::look(const World&) {
    host_looks_ += running_;
    connection_looks_ += connections_;
}

std::uint64_t Figures::stale_blocks() const {
    const HeaderNode* best = nullptr;
    for (const HostIndex host : world_.honest()) {
        const HeaderNode* tip = world_.host(host).tip();
        if (best == nullptr || best->work < tip->work) best = tip;
    }
    std::vector<std::uint64_t> missing = mined_;
    std::ranges::sort(missing);
    std::uint64_t stale = missing.size();
    for (; best != nullptr && stale > 0; best = best->parent) {
        if (std::ranges::binary_search(missing, short_id(best->hash))) --stale;
    }
    return stale;
}

void Figures::fill(Report& report) const {
    report.events = world_.events();
    report.simulated = world_.now() - Moment{};
    report.block_to_half = blocks_.to_half().quantiles();
    report.block_to_90 = blocks_.to_90().quantiles();
    report.block_to_99 = blocks_.to_99().quantiles();
    report.transaction_to_half = transactions_.to_half().quantiles();
    report.transaction_to_90 = transactions_.to_90().quantiles();
    report.blocks = mined_.size();
    report.stale_blocks = stale_blocks();
    report.transactions = transactions_made_;
    report.reorganisations = reorganisations_;
    report.lookups = lookups_;
    report.lookups_found = lookups_found_;
    report.lookup_hops = lookup_hops_;
    report.lookup_time = lookup_times_.quantiles();
    const auto hosts = static_cast<double>(host_looks_ == 0 ? 1 : host_looks_);
    report.outbound_per_host = static_cast<double>(connection_looks_) / hosts;
    report.connections_per_host = 2 * report.outbound_per_host;
    const std::uint64_t senders = std::max<std::uint64_t>(honest_hosts_, 1);
    for (std::size_t i = 0; i < message_bytes_.size(); ++i) {
        if (message_bytes_[i] == 0) continue;
        report.bytes_per_host[std::string(message_names_[i])] += message_bytes_[i] / senders;
    }
    for (const auto& [what, bytes] : datagram_bytes_)
        report.bytes_per_host["udp " + std::string(what)] += bytes / senders;
}

}  // namespace starling::sim
