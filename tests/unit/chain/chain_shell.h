#pragma once

#include "chain/chainstate.h"
#include "chain/memory_store.h"
#include "support/chain_builder.h"
#include "support/seeded_random.h"

#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <vector>

namespace starling::chain {

// The shell's twin for one chain state: runs its jobs on a MemoryStore, in an order drawn from a
// seed, and checks what must hold after every input.
//
// A job is performed at one moment and answered at a later one, so that commits fall between; the
// writer works in order, and a commit is answered some time after it was done.
class ChainShell {
public:
    explicit ChainShell(std::uint64_t seed, const Limits& limits = {})
        : random_(seed), limits_(limits), store_(regtest().genesis_hash, true) {
        start();
    }

    // ---- inputs ----
    Ticket submit(Shared<CheckedBlock> block) {
        const Ticket ticket = new_ticket();
        handle(BlockArrived{ticket, std::move(block), false});
        return ticket;
    }
    Ticket submit_headers(std::vector<Header> headers) {
        const Ticket ticket = new_ticket();
        handle(HeadersArrived{ticket, std::move(headers)});
        return ticket;
    }
    Ticket invalidate(const BlockHash& hash) {
        const Ticket ticket = new_ticket();
        handle(Invalidated{ticket, hash});
        return ticket;
    }
    Ticket reconsider(const BlockHash& hash) {
        const Ticket ticket = new_ticket();
        handle(Reconsidered{ticket, hash});
        return ticket;
    }
    void flush() { handle(FlushAsked{}); }

    // ---- time ----
    // One thing that may happen next; false if nothing can without time going on.
    bool step() {
        const std::size_t choices = jobs_.size() + answers_.size() + (writes_.empty() ? 0 : 1);
        const bool timer_due = state_->next_wakeup() && *state_->next_wakeup() <= now_;
        if (choices == 0 && !timer_due) return false;
        std::uint64_t choice = random_.below(choices + (timer_due ? 1 : 0));
        if (choice < jobs_.size()) {
            perform(choice);
        } else if (choice -= jobs_.size(); choice < answers_.size()) {
            answer(choice);
        } else if (choice == answers_.size() && !writes_.empty()) {
            write();
        } else {
            timer();
        }
        return true;
    }
    // The same with workers that never get to scripts.
    bool step_without_verifying() {
        for (std::size_t i = 0; i < jobs_.size(); ++i) {
            if (std::holds_alternative<VerifyScripts>(jobs_[i])) continue;
            perform(i);
            return true;
        }
        if (!answers_.empty())
            answer(0);
        else if (!writes_.empty())
            write();
        else
            return false;
        return true;
    }
    // Until nothing is left to do, timers included.
    void settle() {
        for (std::size_t steps = 0; steps < 1'000'000; ++steps) {
            if (step()) continue;
            const auto due = state_->next_wakeup();
            if (!due) return;
            now_ = std::max(now_, *due);
            timer();
        }
        FAIL() << "the machine never comes to rest";
    }
    void run(std::size_t steps) {
        while (steps-- > 0 && step()) {
        }
    }

    // A power cut, and a new start on what is left. Tickets that were open are void.
    void crash() {
        const std::uint64_t commits = random_.below(std::min<std::size_t>(store_.commits(), 2) + 1);
        const std::uint64_t bodies = random_.below(store_.bodies_since(commits) + 1);
        store_.crash(commits, bodies);
        start();
    }
    void start() {
        jobs_.clear();
        answers_.clear();
        writes_.clear();
        open_.clear();
        in_flight_ = false;
        state_ = std::make_unique<Chainstate>(regtest(), limits_, random_);
        const Loaded loaded = store_.load();
        mirrored_tip_ = loaded.tip;
        std::vector<Effect> out;
        state_->open(loaded, now_, out);
        take(std::move(out));
        for (const Shared<Bytes>& body : loaded.tail)
            handle(BlockArrived{{}, check_block(body, regtest()).value(), true});
    }

    // ---- what is there ----
    [[nodiscard]] const Chainstate& state() const { return *state_; }
    [[nodiscard]] const MemoryStore& store() const { return store_; }
    [[nodiscard]] BlockHash tip() const { return state_->tip()->hash; }
    [[nodiscard]] bool decided(Ticket ticket) const { return decisions_.contains(ticket); }
    // Nothing for a ticket that was accepted.
    [[nodiscard]] std::optional<Reject> reject(Ticket ticket) const {
        return decisions_.at(ticket);
    }
    [[nodiscard]] std::size_t undecided() const { return open_.size(); }
    [[nodiscard]] const std::vector<TipChanged>& tip_changes() const { return tip_changes_; }
    [[nodiscard]] std::size_t verifications() const { return verifications_; }
    [[nodiscard]] std::size_t commits() const { return commits_; }
    // The coin at the tip as a caller finds it out: by the machine, else by the store.
    [[nodiscard]] std::optional<Coin> coin(const OutPoint& point) const {
        const Chainstate::Known known = state_->coin_at_tip(point);
        return known.known ? known.coin : store_.coin(point);
    }
    [[nodiscard]] test::CoinMap stored_coins() const {
        test::CoinMap coins;
        store_.each_coin([&](const OutPoint& point, const Coin& coin) {
            coins[point] = coin;
            return true;
        });
        return coins;
    }
    [[nodiscard]] Time now() const { return now_; }
    test::SeededRandom& random() { return random_; }

private:
    Ticket new_ticket() {
        const Ticket ticket{++tickets_};
        open_.insert(ticket);
        return ticket;
    }
    void handle(Input input) {
        std::vector<Effect> out;
        state_->handle(std::move(input), now_, out);
        take(std::move(out));
    }
    void timer() {
        std::vector<Effect> out;
        state_->handle_timer(now_, out);
        take(std::move(out));
    }
    void perform(std::uint64_t index) {
        const Effect job = std::move(jobs_[index]);
        jobs_.erase(jobs_.begin() + static_cast<std::ptrdiff_t>(index));
        if (const auto* coins = std::get_if<ReadCoins>(&job)) {
            answers_.push_back(CoinsRead{coins->id, store_.coins(coins->points)});
        } else if (const auto* body = std::get_if<ReadBody>(&job)) {
            const Shared<Bytes> bytes = store_.body(body->hash);
            Shared<CheckedBlock> block;
            if (bytes != nullptr) block = check_block(bytes, regtest()).value();
            answers_.push_back(BodyRead{body->hash, block});
        } else if (const auto* delta = std::get_if<ReadDelta>(&job)) {
            answers_.push_back(DeltaRead{delta->node->hash, store_.delta(*delta->node)});
        } else if (const auto* scripts = std::get_if<VerifyScripts>(&job)) {
            ++verifications_;
            answers_.push_back(ScriptsVerified{
                scripts->id, verify_scripts(*scripts->batch, 0, scripts->batch->checks.size())});
        }
    }
    void answer(std::uint64_t index) {
        Input input = std::move(answers_[index]);
        answers_.erase(answers_.begin() + static_cast<std::ptrdiff_t>(index));
        if (std::holds_alternative<Committed>(input)) in_flight_ = false;
        handle(std::move(input));
    }
    void write() {
        const Effect effect = std::move(writes_.front());
        writes_.pop_front();
        if (const auto* append = std::get_if<AppendBody>(&effect)) store_.append(append->block);
        if (const auto* commit = std::get_if<Commit>(&effect)) {
            store_.commit(*commit->batch);
            ++commits_;
            answers_.push_back(Committed{commit->batch->sequence});
        }
    }
    void take(std::vector<Effect> effects) {
        for (Effect& effect : effects) {
            if (const auto* decided = std::get_if<Decided>(&effect)) {
                EXPECT_EQ(open_.erase(decided->ticket), 1u) << "decided twice, or never asked";
                decisions_[decided->ticket] = decided->reject;
            } else if (auto* changed = std::get_if<TipChanged>(&effect)) {
                follow(*changed);
                tip_changes_.push_back(std::move(*changed));
            } else if (std::holds_alternative<AppendBody>(effect) ||
                       std::holds_alternative<Commit>(effect)) {
                if (const auto* commit = std::get_if<Commit>(&effect)) check(*commit->batch);
                writes_.push_back(std::move(effect));
            } else if (is_job(effect)) {
                jobs_.push_back(std::move(effect));
            }
        }
        EXPECT_EQ(mirrored_tip_, tip());
    }
    static bool is_job(const Effect& effect) {
        return std::holds_alternative<ReadCoins>(effect) ||
               std::holds_alternative<ReadBody>(effect) ||
               std::holds_alternative<ReadDelta>(effect) ||
               std::holds_alternative<VerifyScripts>(effect);
    }
    // A mirror of the tip that knows only the effects.
    void follow(const TipChanged& changed) {
        for (const Shared<CheckedBlock>& block : changed.disconnected) {
            EXPECT_EQ(block->hash, mirrored_tip_);
            mirrored_tip_ = block->block.header.previous;
        }
        for (const Shared<CheckedBlock>& block : changed.connected) {
            EXPECT_EQ(block->block.header.previous, mirrored_tip_);
            mirrored_tip_ = block->hash;
        }
        EXPECT_EQ(mirrored_tip_, changed.tip->hash);
    }
    void check(const Batch& batch) {
        EXPECT_FALSE(in_flight_) << "two batches in flight";
        in_flight_ = true;
        EXPECT_EQ(batch.tip, tip()) << "a batch ends at the tip";
        for (const Step& step : batch.steps)
            EXPECT_EQ(step.kind == Step::Kind::connected, step.block != nullptr);
    }

    test::SeededRandom random_;
    Limits limits_;
    MemoryStore store_;
    std::unique_ptr<Chainstate> state_;
    Time now_{std::chrono::seconds{1'700'000'000}};
    std::vector<Effect> jobs_;
    std::vector<Input> answers_;
    std::deque<Effect> writes_;
    std::uint64_t tickets_ = 0;
    std::set<Ticket> open_;
    std::map<Ticket, std::optional<Reject>> decisions_;
    std::vector<TipChanged> tip_changes_;
    BlockHash mirrored_tip_;
    std::size_t verifications_ = 0;
    std::size_t commits_ = 0;
    bool in_flight_ = false;
};

}  // namespace starling::chain
