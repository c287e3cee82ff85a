#pragma once

#include "sim/report/propagation.h"
#include "sim/report/report.h"
#include "sim/world/world.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace starling::sim {

// Measures a run for its report.
//
// Its memory does not grow with what is sent: counters, samples of bounded size, and 16 bytes a
// block that was found.
class Figures final : public Observer {
public:
    explicit Figures(const World& world);

    void fill(Report& report) const;  // at the end
    [[nodiscard]] const Propagation& blocks() const { return blocks_; }
    [[nodiscard]] const Propagation& transactions() const { return transactions_; }
    [[nodiscard]] std::size_t connections() const { return connections_; }
    [[nodiscard]] std::size_t running() const { return running_; }

    void host_started(HostIndex host) override;
    void host_stopped(HostIndex host, bool crashed) override;
    void block_mined(HostIndex host, const Shared<CheckedBlock>& block) override;
    void transaction_made(HostIndex host, const Shared<Transaction>& transaction) override;
    void tip_changed(HostIndex host, const chain::TipChanged& change) override;
    void pool_changed(HostIndex host, const mempool::PoolChanged& change) override;
    void connected(HostIndex dialler, HostIndex listener) override;
    void disconnected(HostIndex dialler, HostIndex listener) override;
    void sent(HostIndex host, HostIndex to, const p2p::Message& message, std::size_t) override;
    void received(HostIndex host, HostIndex, const p2p::Message& message, std::size_t) override;
    void datagram_sent(HostIndex host, HostIndex, std::string_view what, std::size_t) override;
    void lookup_finished(HostIndex host, const p2p::discv5::LookupReport& report) override;
    void look(const World& world) override;

private:
    [[nodiscard]] bool honest(HostIndex host) const;
    [[nodiscard]] const p2p::discv5::LookupResult* nearest(
        HostIndex asker, const p2p::discv5::LookupReport& report) const;
    [[nodiscard]] std::uint64_t stale_blocks() const;

    const World& world_;
    std::vector<Propagation::Presence> presence_;  // `waits`: honest and running
    std::size_t running_ = 0, honest_hosts_ = 0;

    Propagation blocks_, transactions_;
    std::vector<std::uint64_t> mined_;  // their hashes' first 8 bytes
    std::uint64_t transactions_made_ = 0;
    std::map<std::uint32_t, std::uint64_t> reorganisations_;

    std::uint64_t lookups_ = 0, lookups_found_ = 0, lookup_hops_ = 0;
    Sample lookup_times_;

    std::size_t connections_ = 0;
    std::uint64_t host_looks_ = 0, connection_looks_ = 0;  // summed over looks

    std::array<std::uint64_t, std::variant_size_v<p2p::Message>> message_bytes_{};
    std::array<std::string_view, std::variant_size_v<p2p::Message>> message_names_{};
    // A handful of names: looked through in order.
    std::vector<std::pair<std::string_view, std::uint64_t>> datagram_bytes_;
};

}  // namespace starling::sim
