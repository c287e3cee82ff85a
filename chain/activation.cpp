// Which way the connected end goes, and when the tip follows it.
#include "chain/chainstate_state.h"

#include <algorithm>
#include <cassert>

namespace starling::chain {

namespace {

// What a script batch occupies: its outputs are copies of those in the delta's spent coins.
std::size_t memory_bytes_of(const ScriptBatch& batch, std::uint32_t inputs) {
    constexpr std::size_t kOutput = sizeof(TxOut) + 56;  // a script of 34 bytes with its allocation
    return sizeof(ScriptBatch) + batch.checks.size() * sizeof(ScriptCheck) + inputs * kOutput;
}

}  // namespace

void Chainstate::State::advance() {
    more_work = false;
    blocked_by_memory = false;
    settle();
    for (;;) {
        const HeaderNode* target = pick_target();
        if (operations_left == 0) {
            more_work = chain.end() != target;
            return;
        }
        if (!step_towards(target)) return;
        settle();
    }
}

const HeaderNode* Chainstate::State::pick_target() const {
    const HeaderNode* target = chain.tip();
    while (is_invalid(target))
        target = target->parent;
    const HeaderNode* best = candidates.best();
    return best != nullptr && best->work > target->work ? best : target;
}

bool Chainstate::State::step_towards(const HeaderNode* target) {
    const HeaderNode* end = chain.end();
    if (ancestor(target, end->height) != end) return disconnect_end();
    rewind = {};
    const HeaderNode* next = ancestor(target, end->height + 1);
    if (next != nullptr && chain.reconnect(next)) {
        operations_left -= std::min<std::size_t>(operations_left, 1000);
        return true;
    }
    lookahead.aim(end, target, {chain.table(), bodies}, *out);
    return next != nullptr && connect_next(next);
}

bool Chainstate::State::connect_next(const HeaderNode* next) {
    if (window_full()) return false;
    blocked_by_memory = must_wait_for_memory();
    if (blocked_by_memory) return false;
    const auto ready = lookahead.ready(chain.table(), *out);
    if (!ready) return false;
    connect(next, *ready);
    return true;
}

void Chainstate::State::connect(const HeaderNode* node, const Lookahead::Ready& ready) {
    auto connected = connector.connect(ready.block, *node, ready.coins, parameters);
    const std::size_t operations = 100 + ready.coins.size();
    operations_left -= std::min(operations_left, operations);
    if (!connected.ok()) {
        // The body matches both of its header's roots, so the header is to blame.
        lookahead.drop_first();
        fail(node, connected.error());
        return;
    }
    ActiveChain::Link link{node, ready.block, connected->delta};
    lookahead.drop_first();
    if (!tree.entry(node).fully_valid && !connected->scripts->checks.empty()) {
        link.job = next_job++;
        link.batch_bytes = memory_bytes_of(*connected->scripts, connected->inputs);
        out->push_back(VerifyScripts{link.job, connected->scripts});
    }
    chain.connect(std::move(link));
}

bool Chainstate::State::disconnect_end() {
    const HeaderNode* end = chain.end();
    if (rewind.node != end) rewind = Rewind{end, chain.delta_of_end(), chain.block_of_end()};
    if (rewind.block == nullptr) rewind.block = bodies.find(end->hash);
    if (rewind.delta == nullptr && !rewind.delta_asked) {
        rewind.delta_asked = true;
        out->push_back(ReadDelta{end});
    }
    if (rewind.block == nullptr && !rewind.body_asked) {
        rewind.body_asked = true;
        out->push_back(ReadBody{end->hash});
    }
    if (rewind.delta == nullptr || (rewind.block == nullptr && !rewind.body_answered)) return false;
    operations_left -= std::min<std::size_t>(
        operations_left, 100 + rewind.delta->spent.size() + rewind.delta->made.size());
    chain.disconnect(rewind.delta, rewind.block);
    rewind = {};
    return true;
}

void Chainstate::State::fail(const HeaderNode* node, const Reject& reject) {
    const Reject above{RejectKind::invalid_parent, "bad-prevblk", {}};
    const std::vector<const BlockTree::Entry*> newly = tree.mark_invalid(node);
    if (!newly.empty()) out->push_back(BlockInvalid{node, reject});
    for (const BlockTree::Entry* entry : newly) {
        candidates.erase(*entry);
        undecided.reject(*entry, &entry->node == node ? reject : above, *out);
        bodies.release(entry->node.hash);
    }
}

void Chainstate::State::settle() {
    const HeaderNode* before = chain.tip();
    const bool leave = is_invalid(before) && !is_invalid(chain.end());
    auto move = chain.settle(leave);
    if (move) {
        TipChanged changed{chain.tip(), std::move(move->disconnected), {}};
        for (ActiveChain::Link& link : move->connected) {
            tree.mark_valid(link.node);
            bodies.release(link.node->hash);
            changed.connected.push_back(std::move(link.block));
        }
        out->push_back(std::move(changed));
        candidates.prune(chain.tip()->work);
        undecided.accept_up_to(chain.tip()->work, *out);
    }
    decide_commands();
}

void Chainstate::State::decide_commands() {
    if (commands.empty() || is_invalid(chain.tip())) return;
    std::erase_if(commands, [&](const Command& command) {
        const BlockTree::Entry& goal = tree.entry(command.goal);
        const bool reached = chain.tip()->work >= command.goal->work;
        const bool gone = goal.invalid || !goal.linked;
        if (!reached && !gone) return false;
        decide(command.ticket, command.hash, std::nullopt);
        return true;
    });
}

bool Chainstate::State::window_full() const {
    return chain.unverified() >= limits.unverified_blocks_max ||
           chain.batch_bytes() >= limits.unverified_bytes_max;
}

bool Chainstate::State::must_wait_for_memory() const {
    if (memory_bytes() < limits.memory_bytes_max) return false;
    // If nothing under way can free any, waiting would be for ever.
    return committer.in_flight() || chain.unverified() > 0 || chain.steps().settled() > 0 ||
           bodies.any_pinned() || untidy();
}

}  // namespace starling::chain
