#pragma once

#include "chain/memory_store.h"
#include "node/methods/methods.h"
#include "support/seeded_random.h"
#include "unit/node/methods/fake_overlay.h"

#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace starling::node {

// The shell without threads and sockets: real machines over a store in memory, every job a task in
// one queue, carried out while an answer is waited for.
class FakeNode final : public Context {
public:
    explicit FakeNode(const Parameters& parameters = regtest());

    // The answer's result as JSON, or "CODE: message".
    std::string call(const std::string& method, const std::string& parameters = "[]");
    rpc::JsonValue value(const std::string& method, const std::string& parameters = "[]");
    rpc::HttpAnswer post(const std::string& body);

    // The reason of the refusal, "" if the block was accepted.
    std::string feed(const Shared<CheckedBlock>& block);
    // Everything that is under way, this once with the commits that time would bring.
    void rest();

    FakeOverlay& fake_overlay() { return overlay_; }

    bool stop_requested = false;
    std::vector<p2p::GossipInput> told;

    // ---- Context ----
    [[nodiscard]] const Parameters& parameters() const override { return parameters_; }
    [[nodiscard]] const mempool::Ledger& ledger() const override { return ledger_; }
    [[nodiscard]] const p2p::Gossip& gossip() const override { return gossip_; }
    [[nodiscard]] const chain::Store& store() const override { return store_; }
    [[nodiscard]] Time now() const override { return now_; }
    [[nodiscard]] Time started() const override { return now_ - std::chrono::seconds{7}; }
    [[nodiscard]] std::string user_agent() const override { return "/starling:test/"; }
    [[nodiscard]] std::string log_file() const override { return {}; }
    [[nodiscard]] std::filesystem::path folder() const override { return "/"; }
    [[nodiscard]] OverlayView& overlay() override { return overlay_; }
    void submit(chain::Input command, Decision then) override;
    void submit(mempool::TransactionArrived command, PoolDecision then) override;
    void tell_gossip(p2p::GossipInput input) override;
    void when_committed(std::function<void()> then) override;
    void when_tip_changes(Duration timeout, std::function<void()> then) override;
    void request_stop() override { stop_requested = true; }
    void run(Job job) override;

private:
    struct Waiting {
        Time deadline;
        std::function<void()> then;
    };

    template <class T>
    void settle(const std::optional<T>& until);
    // One thing that is under way; when there is none, time goes on to what is due next.
    bool step();
    void wake_for_tip();
    void handle(mempool::LedgerInput input);
    void later(std::function<mempool::LedgerInput()> job);
    void take(std::vector<mempool::LedgerEffect> effects);
    void carry_out(chain::Effect& effect);
    void carry_out(const mempool::ReadPoolCoins& read);
    void carry_out(const mempool::VerifyPoolScripts& verify);
    void carry_out(const mempool::TransactionDecided& decided);
    void carry_out(const chain::ReadCoins& read);
    void carry_out(const chain::ReadBody& read);
    void carry_out(const chain::ReadDelta& read);
    void carry_out(const chain::VerifyScripts& verify);
    void carry_out(const chain::AppendBody& append);
    void carry_out(const chain::Commit& commit);
    void carry_out(const chain::Decided& decided);
    template <class Other>
    void carry_out(const Other&) {}  // what only peers, logs and mirrors want to know

    const Parameters& parameters_;
    test::SeededRandom random_{1};
    Time now_{std::chrono::seconds{1'900'000'000}};
    chain::MemoryStore store_;
    mempool::Ledger ledger_;
    p2p::Gossip gossip_;
    FakeOverlay overlay_;
    Methods methods_;
    const HeaderNode* shown_tip_ = nullptr;
    std::deque<std::function<void()>> tasks_;
    std::uint64_t tickets_ = 0;
    std::map<chain::Ticket, Decision> decisions_;
    std::map<chain::Ticket, PoolDecision> pool_decisions_;
    std::vector<std::function<void()>> for_commit_;
    std::vector<Waiting> for_tip_;
};

}  // namespace starling::node
