#include "p2p/link/message_frames.h"
#include "sim/host/process.h"

#include <cstdint>
#include <utility>

// What node/machine.cpp does with each effect of Ledger and Gossip, and node/network.cpp with what
// goes to peers.

namespace starling::sim {

namespace {

// Enough of a hash to tell one from another in a trace.
template <class Hash>
std::uint64_t beginning(const Hash& hash) {
    std::uint64_t out = 0;
    for (std::size_t i = 0; i < sizeof out; ++i)
        out = out << 8 | hash.bytes[hash.bytes.size() - 1 - i];
    return out;
}

}  // namespace

void Process::note(std::string_view kind, std::uint64_t number) const {
    on_.environment.trace.note({.when = on_.environment.events.now(),
                                .kind = kind,
                                .host = on_.plan.index,
                                .number = number});
}

void Process::carry_out(mempool::LedgerEffect& effect) {
    std::visit(
        [this]<class One>(One& one) {
            if constexpr (std::is_same_v<One, chain::Effect>)
                carry_out(one);
            else if constexpr (std::is_constructible_v<Jobs::Job, One>)
                jobs_.run(std::move(one));
            else
                done(one);
        },
        effect);
}

void Process::carry_out(chain::Effect& effect) {
    std::visit(
        [this]<class One>(One& one) {
            if constexpr (std::is_constructible_v<Jobs::Job, One>)
                jobs_.run(std::move(one));
            else if constexpr (std::is_constructible_v<Jobs::Writing, One>)
                jobs_.write(std::move(one));
            else
                done(one);
        },
        effect);
}

void Process::carry_out(p2p::GossipEffect& effect) {
    std::visit([this](auto& one) { done(one); }, effect);
}

void Process::done(chain::Decided& decision) {
    if (decision.ticket.value < p2p::Gossip::kFirstTicket)
        answered_ours(decision.ticket, nullptr);
    else
        waiting_.emplace_back(p2p::GossipInput(std::move(decision)));
}

void Process::done(mempool::TransactionDecided& decision) {
    if (decision.ticket.value < p2p::Gossip::kFirstTicket)
        answered_ours(decision.ticket, &decision);
    else
        waiting_.emplace_back(p2p::GossipInput(std::move(decision)));
}

void Process::done(chain::TipChanged& changed) {
    note("tip", beginning(changed.tip->hash));
    observers().tell([&](Observer& one) { one.tip_changed(on_.plan.index, changed); });
    waiting_.emplace_back(p2p::GossipInput(std::move(changed)));
}

void Process::done(chain::BlockInvalid& invalid) {
    note("block invalid", beginning(invalid.node->hash));
    observers().tell([&](Observer& one) { one.block_invalid(on_.plan.index, invalid); });
    waiting_.emplace_back(p2p::GossipInput(std::move(invalid)));
}

void Process::done(chain::HeadersAdded& added) {
    waiting_.emplace_back(p2p::GossipInput(std::move(added)));
}

void Process::done(chain::BodyKept& kept) {
    waiting_.emplace_back(p2p::GossipInput(kept));
}

void Process::done(mempool::PoolChanged& changed) {
    observers().tell([&](Observer& one) { one.pool_changed(on_.plan.index, changed); });
    waiting_.emplace_back(p2p::GossipInput(std::move(changed)));
}

void Process::done(p2p::Submit& submission) {
    waiting_.emplace_back(std::move(submission.input));
}

void Process::done(p2p::RecordHeard& heard) {
    hear(p2p::discv5::NodeHeard{std::move(heard.sighting)});
}

void Process::done(p2p::AnchorsChanged& changed) {
    on_.disk.anchors = std::move(changed.anchors);
}

void Process::done(p2p::Event& event) {
    observers().tell([&](Observer& one) { one.gossip_event(on_.plan.index, event); });
}

void Process::done(p2p::Dial& dial) {
    if (closing_) return;
    if (on_.behaviour != nullptr && !on_.behaviour->lets_out(on_.host, dial)) return;
    on_.internet.dial(on_.plan.index, dial);
}

void Process::done(p2p::Send& send) {
    if (closing_) return;
    if (on_.behaviour != nullptr && !on_.behaviour->lets_out(on_.host, send)) return;
    this->send(send.peer, std::move(send.message));
}

void Process::done(p2p::SendBody& send) {
    if (closing_) return;
    if (on_.behaviour != nullptr && !on_.behaviour->lets_out(on_.host, send)) return;
    jobs_.run(send);
}

void Process::done(p2p::Drop& drop) {
    if (closing_) return;
    if (on_.behaviour != nullptr && !on_.behaviour->lets_out(on_.host, drop)) return;
    if (observers().any()) {
        const HostIndex other = on_.internet.other_end(on_.plan.index, drop.peer);
        observers().tell([&](Observer& one) { one.dropped(on_.plan.index, other, drop.reason); });
    }
    let_out([&internet = on_.internet, from = on_.plan.index, peer = drop.peer] {
        internet.close(from, peer);
    });
}

void Process::body_found(p2p::PeerId peer, Shared<CheckedBlock> block) {
    if (closing_) return;
    // Nothing to send, but Gossip waits to hear that the queue fell.
    if (block == nullptr) return tell(p2p::SendBudget{peer, 0});
    p2p::BlockMessage message{
        .hash = block->hash, .header = block->block.header, .checked = std::move(block)};
    send(peer, std::move(message));
}

void Process::send(p2p::PeerId peer, p2p::Message message) {
    const std::size_t bytes = p2p::wire_bytes(message, p2p::kLinkHeaderBytes);
    let_out([&internet = on_.internet, from = on_.plan.index, peer, bytes,
             message = std::move(message)]() mutable {
        internet.send(from, peer, std::move(message), bytes);
    });
}

}  // namespace starling::sim
