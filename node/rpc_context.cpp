#include "node/rpc_context.h"

#include "node/clock.h"

#include <utility>

namespace starling::node {

RpcContext::RpcContext(Machine& machine, const Surroundings& around, std::function<void()> stop)
    : machine_(machine), around_(around), stop_(std::move(stop)) {
    machine_.add_watcher(*this);
}

RpcContext::~RpcContext() {
    machine_.remove_watcher(*this);
}

Time RpcContext::now() const {
    return node::now();
}

std::string RpcContext::user_agent() const {
    return "/starling:" STARLING_VERSION "/";
}

void RpcContext::submit(chain::Input command, Decision then) {
    machine_.submit(std::move(command), std::move(then));
}

void RpcContext::submit(mempool::TransactionArrived command, PoolDecision then) {
    machine_.submit(std::move(command), std::move(then));
}

void RpcContext::tell_gossip(p2p::GossipInput input) {
    machine_.tell(std::move(input));
}

void RpcContext::when_committed(std::function<void()> then) {
    for_commit_.push_back(std::move(then));
    machine_.submit(mempool::LedgerInput(chain::FlushAsked{}));
}

void RpcContext::when_tip_changes(Duration timeout, std::function<void()> then) {
    const auto waiting = std::make_shared<std::function<void()>>(std::move(then));
    for_tip_.push_back(waiting);
    machine_.loop().after(timeout, [this, waiting] {
        std::erase(for_tip_, waiting);
        wake(waiting);
    });
}

void RpcContext::wake(const Waiting& waiting) {
    if (const auto then = std::exchange(*waiting, nullptr)) then();
}

void RpcContext::run(Job job) {
    machine_.jobs().on_worker([this, job = std::move(job)] { machine_.loop().post(job()); });
}

void RpcContext::tip_changed(const chain::TipChanged&) {
    tip_moved_ = true;
}

void RpcContext::settled() {
    // What is called may ask to wait again: that is for the next time.
    if (std::exchange(tip_moved_, false)) {
        for (const Waiting& waiting : std::exchange(for_tip_, {}))
            wake(waiting);
    }
    const chain::Chainstate& chain = machine_.chain();
    if (for_commit_.empty() || chain.committed_tip() != chain.tip()) return;
    for (const auto& then : std::exchange(for_commit_, {}))
        then();
}

}  // namespace starling::node
