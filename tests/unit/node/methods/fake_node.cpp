#include "unit/node/methods/fake_node.h"

#include <algorithm>
#include <chrono>
#include <utility>
#include <variant>

namespace starling::node {

FakeNode::FakeNode(const Parameters& parameters)
    : parameters_(parameters),
      store_(parameters.genesis_hash, true),
      ledger_(parameters, {}, {}, random_),
      gossip_(parameters, {}, random_),
      overlay_(parameters),
      methods_(*this) {
    std::vector<mempool::LedgerEffect> effects;
    ledger_.open(store_.load(), now_, effects);
    take(std::move(effects));
    gossip_.open(ledger_.chain().tree(), ledger_.chain().tip(), now_);
}

std::string FakeNode::call(const std::string& method, const std::string& parameters) {
    std::optional<rpc::Outcome> outcome;
    const auto parsed = rpc::parse_json(parameters, {.values_max = 1'000'000});
    EXPECT_TRUE(parsed) << parameters;
    methods_.call(method, *parsed, [&](rpc::Outcome answer) {
        EXPECT_FALSE(outcome) << method << " answers twice";
        outcome = std::move(answer);
    });
    settle(outcome);
    if (!outcome) return "no answer";
    if (*outcome) return **outcome;
    const rpc::Error& error = outcome->error();
    return std::to_string(static_cast<int>(error.code)) + ": " + error.message;
}

rpc::JsonValue FakeNode::value(const std::string& method, const std::string& parameters) {
    const std::string text = call(method, parameters);
    const auto parsed = rpc::parse_json(text, {.values_max = 1'000'000});
    EXPECT_TRUE(parsed) << method << ": " << text;
    return parsed ? *parsed : rpc::JsonValue{};
}

rpc::HttpAnswer FakeNode::post(const std::string& body) {
    std::optional<rpc::HttpAnswer> answer;
    methods_.answer(body, [&](rpc::HttpAnswer given) { answer = std::move(given); });
    settle(answer);
    return answer.value_or(rpc::HttpAnswer{0, "no answer"});
}

std::string FakeNode::feed(const Shared<CheckedBlock>& block) {
    std::optional<std::string> reason;
    submit(chain::BlockArrived{{}, block, false}, [&](const chain::Decided& decided) {
        reason = decided.reject ? describe(*decided.reject) : std::string();
    });
    settle(reason);
    return reason.value_or("undecided");
}

void FakeNode::rest() {
    std::optional<bool> never;
    settle(never);
}

void FakeNode::submit(chain::Input command, Decision then) {
    const chain::Ticket ticket{++tickets_};
    decisions_[ticket] = std::move(then);
    std::visit(
        [&](auto& input) {
            if constexpr (requires { input.ticket; }) input.ticket = ticket;
        },
        command);
    handle(std::move(command));
}

void FakeNode::submit(mempool::TransactionArrived command, PoolDecision then) {
    command.ticket = {++tickets_};
    pool_decisions_[command.ticket] = std::move(then);
    handle(std::move(command));
}

void FakeNode::tell_gossip(p2p::GossipInput input) {
    told.push_back(input);
    std::vector<p2p::GossipEffect> ignored;
    gossip_.handle(std::move(input), now_, ignored);
}

void FakeNode::when_committed(std::function<void()> then) {
    for_commit_.push_back(std::move(then));
    handle(chain::Input{chain::FlushAsked{}});
}

void FakeNode::when_tip_changes(Duration timeout, std::function<void()> then) {
    for_tip_.push_back({now_ + timeout, std::move(then)});
}

void FakeNode::run(Job job) {
    tasks_.push_back([job = std::move(job)] { job()(); });
}

template <class T>
void FakeNode::settle(const std::optional<T>& until) {
    for (int steps = 0; !until && steps < 1'000'000; ++steps) {
        if (!step()) return;
    }
}

bool FakeNode::step() {
    if (!tasks_.empty()) {
        const auto task = std::move(tasks_.front());
        tasks_.pop_front();
        task();
    } else if (const auto due = ledger_.next_wakeup();
               due && *due < now_ + std::chrono::minutes{1}) {
        now_ = std::max(now_, *due);
        std::vector<mempool::LedgerEffect> effects;
        ledger_.handle_timer(now_, effects);
        take(std::move(effects));
    } else if (!for_tip_.empty()) {
        now_ = std::max(now_, for_tip_.front().deadline);
        wake_for_tip();
    } else {
        return false;
    }
    return true;
}

void FakeNode::wake_for_tip() {
    for (const Waiting& waiting : std::exchange(for_tip_, {}))
        waiting.then();
}

void FakeNode::handle(mempool::LedgerInput input) {
    std::vector<mempool::LedgerEffect> effects;
    ledger_.handle(std::move(input), now_, effects);
    take(std::move(effects));
}

void FakeNode::later(std::function<mempool::LedgerInput()> job) {
    tasks_.push_back([this, job = std::move(job)] { handle(job()); });
}

void FakeNode::take(std::vector<mempool::LedgerEffect> effects) {
    const HeaderNode* before = shown_tip_;
    shown_tip_ = ledger_.chain().tip();
    for (mempool::LedgerEffect& effect : effects)
        std::visit([this](auto& one) { carry_out(one); }, effect);
    if (before != nullptr && before != shown_tip_) tasks_.push_back([this] { wake_for_tip(); });
    if (ledger_.chain().committed_tip() != ledger_.chain().tip()) return;
    for (auto& then : std::exchange(for_commit_, {}))
        tasks_.push_back(std::move(then));
}

void FakeNode::carry_out(chain::Effect& effect) {
    std::visit([this](auto& one) { carry_out(one); }, effect);
}

void FakeNode::carry_out(const mempool::ReadPoolCoins& read) {
    later([this, read] { return mempool::PoolCoinsRead{read.id, store_.coins(read.points)}; });
}

void FakeNode::carry_out(const mempool::VerifyPoolScripts& verify) {
    later([verify] {
        return mempool::PoolScriptsVerified{
            verify.id, verify_scripts(*verify.batch, 0, verify.batch->checks.size())};
    });
}

void FakeNode::carry_out(const mempool::TransactionDecided& decided) {
    if (auto node = pool_decisions_.extract(decided.ticket)) {
        tasks_.push_back([then = node.mapped(), decided] { then(decided); });
    }
}

void FakeNode::carry_out(const chain::ReadCoins& read) {
    later([this, read] {
        return chain::Input{chain::CoinsRead{read.id, store_.coins(read.points)}};
    });
}

void FakeNode::carry_out(const chain::ReadBody& read) {
    later([this, read] {
        const auto bytes = store_.body(read.hash);
        const auto block = bytes ? *check_block(bytes, parameters_) : nullptr;
        return chain::Input{chain::BodyRead{read.hash, block}};
    });
}

void FakeNode::carry_out(const chain::ReadDelta& read) {
    later([this, read] {
        return chain::Input{chain::DeltaRead{read.node->hash, store_.delta(*read.node)}};
    });
}

void FakeNode::carry_out(const chain::VerifyScripts& verify) {
    later([verify] {
        return chain::Input{chain::ScriptsVerified{
            verify.id, verify_scripts(*verify.batch, 0, verify.batch->checks.size())}};
    });
}

void FakeNode::carry_out(const chain::AppendBody& append) {
    tasks_.push_back([this, append] { store_.append(append.block); });
}

void FakeNode::carry_out(const chain::Commit& commit) {
    later([this, commit] {
        store_.commit(*commit.batch);
        return chain::Input{chain::Committed{commit.batch->sequence}};
    });
}

void FakeNode::carry_out(const chain::Decided& decided) {
    if (auto node = decisions_.extract(decided.ticket))
        tasks_.push_back([then = node.mapped(), decided] { then(decided); });
}

}  // namespace starling::node
