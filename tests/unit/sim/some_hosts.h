#pragma once

#include "mempool/next_block.h"
#include "sim/engine/stream.h"
#include "sim/host/archive.h"
#include "sim/host/host.h"
#include "support/chain_builder.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <vector>

namespace starling::sim {

// Hosts and their Internet without load, churn and faults: what a test wants to happen it does.
class SomeHosts {
public:
    explicit SomeHosts(const Settings& settings)
        : plan_(draw_plan(settings)),
          of_tables_(stream_of(settings.seed, "tables")),
          archive_(simulated_network(), of_tables_),
          environment_{.plan = plan_,
                       .parameters = simulated_network(),
                       .events = events_,
                       .trace = trace_,
                       .observers = observers_,
                       .archive = archive_,
                       .bootnodes = bootnode_records(plan_, simulated_network())},
          internet_(environment_) {
        for (const HostPlan& host : plan_.hosts)
            hosts_.push_back(std::make_unique<Host>(host, environment_, internet_));
    }

    void start_all() {
        for (const auto& host : hosts_)
            host->start();
    }
    [[nodiscard]] Host& host(HostIndex index) { return *hosts_.at(index); }
    [[nodiscard]] std::size_t size() const { return hosts_.size(); }
    [[nodiscard]] Events& events() { return events_; }
    [[nodiscard]] const Trace& trace() const { return trace_; }
    [[nodiscard]] Observers& observers() { return observers_; }
    [[nodiscard]] Internet& internet() { return internet_; }
    [[nodiscard]] const Environment& environment() const { return environment_; }

    // One that the host finds on its own tip, with the best of its pool.
    Shared<CheckedBlock> mine(HostIndex index) {
        const Host& finder = host(index);
        const Bytes extra{static_cast<std::uint8_t>(++mined_),
                          static_cast<std::uint8_t>(mined_ >> 8)};
        Block block =
            mempool::next_block(*finder.tip(), finder.ledger().pool(), test::open_script(), extra,
                                finder.clock(), simulated_network());
        while (!mempool::grind(block.header, 1'000, simulated_network())) {
        }
        auto checked =
            check_block(std::make_shared<const Bytes>(serialized(block)), simulated_network());
        host(index).submit_block(checked.value());
        return checked.value();
    }
    // The coin of that block's coinbase, to one output and a fee.
    static Shared<Transaction> spend_coinbase(const CheckedBlock& block) {
        const Transaction& coinbase = *block.block.transactions.front();
        return test::shared(test::spend({{coinbase.txid(), 0}},
                                        {Amount{coinbase.outputs()[0].value.units - 10'000}}));
    }

    void run_for(Span span) {
        const Moment end = events_.now() + span;
        while (events_.step(end)) {
        }
    }
    // True as soon as it holds, false if it does not within the time.
    bool run_until(const std::function<bool()>& holds, Span within) {
        const Moment end = events_.now() + within;
        while (!holds()) {
            if (!events_.step(end)) return holds();
        }
        return true;
    }
    [[nodiscard]] bool all(const std::function<bool(const Host&)>& holds) const {
        return std::ranges::all_of(hosts_, [&](const auto& host) { return holds(*host); });
    }
    [[nodiscard]] bool all_at(const BlockHash& hash) const {
        return all([&](const Host& host) { return host.running() && host.tip()->hash == hash; });
    }

private:
    Plan plan_;
    Events events_;
    Trace trace_;
    Observers observers_;
    Stream of_tables_;
    Archive archive_;
    Environment environment_;
    Internet internet_;
    std::vector<std::unique_ptr<Host>> hosts_;
    std::uint32_t mined_ = 0;
};

}  // namespace starling::sim
