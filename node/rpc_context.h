#pragma once

#include "node/machine.h"
#include "node/methods/context.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace starling::node {

// The shell's side of what the RPC methods may ask for.
class RpcContext final : public Context, public Watcher {
public:
    struct Surroundings {
        Time started;
        std::filesystem::path folder;
        OverlayView& overlay;
    };
    RpcContext(Machine& machine, const Surroundings& around, std::function<void()> stop);
    ~RpcContext() override;

    [[nodiscard]] const Parameters& parameters() const override { return machine_.parameters(); }
    [[nodiscard]] const mempool::Ledger& ledger() const override { return machine_.ledger(); }
    [[nodiscard]] const p2p::Gossip& gossip() const override { return machine_.gossip(); }
    [[nodiscard]] const chain::Store& store() const override { return machine_.store(); }
    [[nodiscard]] Time now() const override;
    [[nodiscard]] Time started() const override { return around_.started; }
    [[nodiscard]] std::string user_agent() const override;
    [[nodiscard]] std::string log_file() const override { return {}; }
    [[nodiscard]] std::filesystem::path folder() const override { return around_.folder; }
    [[nodiscard]] OverlayView& overlay() override { return around_.overlay; }

    void submit(chain::Input command, Decision then) override;
    void submit(mempool::TransactionArrived command, PoolDecision then) override;
    void tell_gossip(p2p::GossipInput input) override;
    void when_committed(std::function<void()> then) override;
    void when_tip_changes(Duration timeout, std::function<void()> then) override;
    void request_stop() override { stop_(); }
    void run(Job job) override;

    void tip_changed(const chain::TipChanged& changed) override;
    void settled() override;

private:
    // Called by the tip or by its timeout, whichever comes first. Bounded by the requests under
    // way.
    using Waiting = std::shared_ptr<std::function<void()>>;
    static void wake(const Waiting& waiting);

    Machine& machine_;
    const Surroundings around_;
    std::function<void()> stop_;
    std::vector<std::function<void()>> for_commit_;
    std::vector<Waiting> for_tip_;
    bool tip_moved_ = false;
};

}  // namespace starling::node
