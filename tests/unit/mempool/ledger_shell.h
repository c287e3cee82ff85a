#pragma once

#include "chain/memory_store.h"
#include "mempool/ledger.h"
#include "support/chain_builder.h"
#include "support/seeded_random.h"

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace starling::mempool {

// What the shell does with the pool's own jobs.
enum class Hold {
    nothing,
    jobs,    // nobody performs them
    answers  // they are performed, their answers stay on the way
};

// The shell's twin for one ledger: runs its jobs on a MemoryStore, in an order drawn from a seed,
// and keeps a mirror of the pool that knows only the effects.
class LedgerShell {
public:
    explicit LedgerShell(std::uint64_t seed = 1,
                         const PoolLimits& limits = {},
                         const chain::Limits& chain_limits = {})
        : random_(seed),
          limits_(limits),
          chain_limits_(chain_limits),
          store_(regtest().genesis_hash) {
        restart();
    }
    // Opens the store anew, with nothing in memory. Call it when nothing is under way.
    void restart() {
        ledger_ = std::make_unique<Ledger>(regtest(), chain_limits_, limits_, random_);
        mirror_.clear();
        std::vector<LedgerEffect> out;
        ledger_->open(store_.load(), now_, out);
        take(std::move(out));
    }

    // ---- inputs ----
    chain::Ticket send(const Shared<Transaction>& tx, bool test_only = false) {
        const chain::Ticket ticket = new_ticket();
        handle(TransactionArrived{ticket, tx, test_only, std::nullopt});
        return ticket;
    }
    chain::Ticket send(TransactionData tx) { return send(test::shared(std::move(tx))); }
    chain::Ticket send_old(TransactionData tx, Time entered) {
        const chain::Ticket ticket = new_ticket();
        handle(TransactionArrived{ticket, test::shared(std::move(tx)), false, entered});
        return ticket;
    }
    chain::Ticket submit(Shared<CheckedBlock> block) {
        const chain::Ticket ticket = new_ticket();
        handle(chain::Input{chain::BlockArrived{ticket, std::move(block), false}});
        return ticket;
    }
    chain::Ticket invalidate(const BlockHash& hash) {
        const chain::Ticket ticket = new_ticket();
        handle(chain::Input{chain::Invalidated{ticket, hash}});
        return ticket;
    }
    chain::Ticket reconsider(const BlockHash& hash) {
        const chain::Ticket ticket = new_ticket();
        handle(chain::Input{chain::Reconsidered{ticket, hash}});
        return ticket;
    }

    // ---- inputs that are waited for ----
    // The reason of the refusal, "" if it was accepted.
    std::string decide(TransactionData tx) {
        const chain::Ticket ticket = send(std::move(tx));
        settle();
        return reason(ticket);
    }
    // A good block after `parent`.
    BlockHash mine_on(const BlockHash& parent, const std::vector<TransactionData>& body = {}) {
        const Shared<CheckedBlock> block = builder_.mine(parent, body);
        submit(block);
        settle();
        return block->hash;
    }
    BlockHash mine(const std::vector<TransactionData>& body = {}) { return mine_on(tip(), body); }
    void mine_many(std::size_t count) {
        for (const auto& block : builder_.mine_many(tip(), count))
            submit(block);
        settle();
    }

    // ---- time ----
    void hold(Hold hold) { hold_ = hold; }
    // One thing that may happen next, timers apart; false if nothing can.
    bool step() {
        std::vector<std::size_t> jobs;
        std::vector<std::size_t> answers;
        for (std::size_t i = 0; i < jobs_.size(); ++i) {
            if (hold_ != Hold::jobs || !is_of_pool(jobs_[i])) jobs.push_back(i);
        }
        for (std::size_t i = 0; i < answers_.size(); ++i) {
            if (hold_ == Hold::nothing || std::holds_alternative<chain::Input>(answers_[i]))
                answers.push_back(i);
        }
        const std::size_t choices = jobs.size() + answers.size() + (writes_.empty() ? 0 : 1);
        if (choices == 0) return false;
        const std::uint64_t choice = random_.below(choices);
        if (choice < jobs.size()) {
            perform(jobs[choice]);
        } else if (choice - jobs.size() < answers.size()) {
            answer(answers[choice - jobs.size()]);
        } else {
            write();
        }
        return true;
    }
    void run(std::uint64_t steps) {
        while (steps-- > 0 && step()) {
        }
    }
    // Until nothing is left to do within the next minute.
    void settle() {
        const Time end = now_ + std::chrono::minutes{1};
        for (std::size_t steps = 0; steps < 100'000; ++steps) {
            if (step()) continue;
            const auto due = ledger_->next_wakeup();
            if (!due || *due > end) return check_consistent();
            now_ = std::max(now_, *due);
            timer();
        }
        FAIL() << "the machine never comes to rest";
    }
    void wait(Duration duration) {
        now_ += duration;
        if (ledger_->next_wakeup() && *ledger_->next_wakeup() <= now_) timer();
        settle();
    }

    // ---- what is there ----
    [[nodiscard]] const Ledger& ledger() const { return *ledger_; }
    [[nodiscard]] const Pool& pool() const { return ledger_->pool(); }
    [[nodiscard]] BlockHash tip() const { return ledger_->chain().tip()->hash; }
    [[nodiscard]] Time now() const { return now_; }
    [[nodiscard]] bool holds(const TransactionData& tx) const {
        return pool().find(Transaction(tx).txid()) != nullptr;
    }
    [[nodiscard]] std::string reason(chain::Ticket ticket) const {
        const auto at = decisions_.find(ticket);
        if (at == decisions_.end()) return "undecided";
        return at->second.reject ? std::string(at->second.reject->reason) : std::string();
    }
    [[nodiscard]] const TransactionDecided& decision(chain::Ticket ticket) const {
        return decisions_.at(ticket);
    }
    [[nodiscard]] std::size_t undecided() const { return open_.size(); }
    // Why it left the pool last.
    [[nodiscard]] std::optional<Departure> departure(const TransactionData& tx) const {
        const auto at = departures_.find(Transaction(tx).txid());
        return at == departures_.end() ? std::nullopt : std::optional(at->second);
    }
    // Transactions whose scripts were verified for blocks, and for the pool.
    [[nodiscard]] std::size_t block_checks() const { return block_checks_; }
    [[nodiscard]] std::size_t pool_checks() const { return pool_checks_; }
    test::ChainBuilder& builder() { return builder_; }
    test::SeededRandom& random() { return random_; }
    // The coinbase of the block at a height of the present chain.
    [[nodiscard]] Shared<Transaction> coinbase(std::size_t height) const {
        return builder_.chain_to(tip())[height - 1]->transactions[0];
    }

    // Every input of the pool is a coin at the tip, or an output of the pool.
    void check_consistent() const {
        const test::CoinMap coins = builder_.coins_at(tip());
        for (const auto& entry : pool().entries()) {
            for (const TxIn& input : entry->transaction->inputs())
                EXPECT_TRUE(coins.contains(input.previous) ||
                            pool().find(input.previous.txid) != nullptr);
        }
    }

private:
    static bool is_of_pool(const LedgerEffect& job) {
        return std::holds_alternative<ReadPoolCoins>(job) ||
               std::holds_alternative<VerifyPoolScripts>(job);
    }
    chain::Ticket new_ticket() {
        const chain::Ticket ticket{++tickets_};
        open_.insert(ticket);
        return ticket;
    }
    void handle(LedgerInput input) {
        std::vector<LedgerEffect> out;
        ledger_->handle(std::move(input), now_, out);
        take(std::move(out));
    }
    void timer() {
        std::vector<LedgerEffect> out;
        ledger_->handle_timer(now_, out);
        take(std::move(out));
    }
    void perform(std::size_t index) {
        const LedgerEffect job = std::move(jobs_[index]);
        jobs_.erase(jobs_.begin() + static_cast<std::ptrdiff_t>(index));
        if (const auto* coins = std::get_if<ReadPoolCoins>(&job)) {
            answers_.push_back(PoolCoinsRead{coins->id, store_.coins(coins->points)});
        } else if (const auto* scripts = std::get_if<VerifyPoolScripts>(&job)) {
            pool_checks_ += scripts->batch->checks.size();
            answers_.push_back(PoolScriptsVerified{scripts->id, verdict(*scripts->batch)});
        } else {
            perform_chain(std::get<chain::Effect>(job));
        }
    }
    void perform_chain(const chain::Effect& job) {
        if (const auto* coins = std::get_if<chain::ReadCoins>(&job)) {
            answers_.push_back(
                chain::Input{chain::CoinsRead{coins->id, store_.coins(coins->points)}});
        } else if (const auto* body = std::get_if<chain::ReadBody>(&job)) {
            const Shared<Bytes> bytes = store_.body(body->hash);
            Shared<CheckedBlock> block;
            if (bytes != nullptr) block = check_block(bytes, regtest()).value();
            answers_.push_back(chain::Input{chain::BodyRead{body->hash, block}});
        } else if (const auto* delta = std::get_if<chain::ReadDelta>(&job)) {
            answers_.push_back(
                chain::Input{chain::DeltaRead{delta->node->hash, store_.delta(*delta->node)}});
        } else if (const auto* scripts = std::get_if<chain::VerifyScripts>(&job)) {
            block_checks_ += scripts->batch->checks.size();
            answers_.push_back(
                chain::Input{chain::ScriptsVerified{scripts->id, verdict(*scripts->batch)}});
        }
    }
    static Result<Unit, Reject> verdict(const ScriptBatch& batch) {
        return verify_scripts(batch, 0, batch.checks.size());
    }
    void answer(std::size_t index) {
        LedgerInput input = std::move(answers_[index]);
        answers_.erase(answers_.begin() + static_cast<std::ptrdiff_t>(index));
        handle(std::move(input));
    }
    void write() {
        const chain::Effect effect = std::move(writes_.front());
        writes_.pop_front();
        if (const auto* append = std::get_if<chain::AppendBody>(&effect))
            store_.append(append->block);
        if (const auto* commit = std::get_if<chain::Commit>(&effect)) {
            store_.commit(*commit->batch);
            answers_.push_back(chain::Input{chain::Committed{commit->batch->sequence}});
        }
    }
    void take(std::vector<LedgerEffect> effects) {
        for (LedgerEffect& effect : effects) {
            if (auto* of_chain = std::get_if<chain::Effect>(&effect)) {
                take_chain(std::move(*of_chain));
            } else if (auto* decided = std::get_if<TransactionDecided>(&effect)) {
                EXPECT_EQ(open_.erase(decided->ticket), 1u) << "decided twice, or never asked";
                decisions_[decided->ticket] = std::move(*decided);
            } else if (const auto* changed = std::get_if<PoolChanged>(&effect)) {
                follow(*changed);
            } else {
                jobs_.push_back(std::move(effect));
            }
        }
        EXPECT_EQ(mirror_.size(), pool().size());
        for (const Txid& txid : mirror_)
            EXPECT_NE(pool().find(txid), nullptr);
    }
    void take_chain(chain::Effect effect) {
        if (const auto* decided = std::get_if<chain::Decided>(&effect)) {
            open_.erase(decided->ticket);
        } else if (std::holds_alternative<chain::AppendBody>(effect) ||
                   std::holds_alternative<chain::Commit>(effect)) {
            writes_.push_back(std::move(effect));
        } else if (std::holds_alternative<chain::ReadCoins>(effect) ||
                   std::holds_alternative<chain::ReadBody>(effect) ||
                   std::holds_alternative<chain::ReadDelta>(effect) ||
                   std::holds_alternative<chain::VerifyScripts>(effect)) {
            jobs_.emplace_back(std::move(effect));
        }
    }
    void follow(const PoolChanged& changed) {
        for (const auto& [tx, departure] : changed.removed) {
            EXPECT_EQ(mirror_.erase(tx->txid()), 1u) << "left, but was never there";
            departures_[tx->txid()] = departure;
        }
        std::set<Txid> later;
        for (const auto& entry : changed.added)
            later.insert(entry->transaction->txid());
        for (const auto& entry : changed.added) {
            for (const TxIn& input : entry->transaction->inputs())
                EXPECT_FALSE(later.contains(input.previous.txid)) << "a child before its parent";
            later.erase(entry->transaction->txid());
            EXPECT_TRUE(mirror_.insert(entry->transaction->txid()).second) << "added twice";
        }
    }

    test::SeededRandom random_;
    PoolLimits limits_;
    chain::Limits chain_limits_;
    test::ChainBuilder builder_;
    chain::MemoryStore store_;
    std::unique_ptr<Ledger> ledger_;
    Time now_{std::chrono::seconds{1'700'000'000}};
    Hold hold_ = Hold::nothing;
    std::vector<LedgerEffect> jobs_;
    std::vector<LedgerInput> answers_;
    std::deque<chain::Effect> writes_;
    std::uint64_t tickets_ = 0;
    std::set<chain::Ticket> open_;
    std::map<chain::Ticket, TransactionDecided> decisions_;
    std::map<Txid, Departure> departures_;
    std::set<Txid> mirror_;
    std::size_t block_checks_ = 0;
    std::size_t pool_checks_ = 0;
};

}  // namespace starling::mempool
