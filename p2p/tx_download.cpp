#include "p2p/tx_download.h"

#include "p2p/chain_mirror.h"

#include <algorithm>
#include <utility>

namespace starling::p2p {
namespace {

// Bitcoin Core's bound on what one getdata of ours asks for.
constexpr std::size_t kRequestItemsMax = 1'000;

}  // namespace

TxDownload::TxDownload(const Limits& limits,
                       const Pace& pace,
                       const PoolMirror& pool,
                       Random& random)
    : limits_(limits),
      pool_(pool),
      requests_(random, pace.inbound_request_delay),
      orphanage_(limits),
      refused_(limits.rejected_transactions_max, random) {}

void TxDownload::ready(const Peer& peer, Time now) {
    allowances_.try_emplace(
        peer.id, TokenBucket(limits_.check_weight_max, limits_.check_weight_per_second, now));
}

void TxDownload::disconnected(PeerId peer) {
    requests_.disconnected(peer);
    orphanage_.disconnected(peer);
    allowances_.erase(peer);
}

void TxDownload::announced(const Peer& peer, const InventoryItem& item, Turn& turn) {
    if (turn.chain.initial_download()) return;
    const TxName name = TxName::of(item);
    if (name.kind == TxName::Kind::wtxid) {
        // Its parents are what is wanted; whoever has the child should have them.
        for (const Txid& parent : orphanage_.announced(Wtxid{name.hash}, peer.id))
            requests_.announced(peer.id, peer.direction, TxName::of(parent), turn.now);
    }
    if (!known(name)) requests_.announced(peer.id, peer.direction, name, turn.now);
}

void TxDownload::received(Peer& peer, const Tx& message, Turn& turn) {
    const Transaction& transaction = *message.transaction;
    requests_.forget(TxName::of(transaction.wtxid()));
    // Not forgotten by its txid before it is accepted: this may be a copy with a broken witness.
    requests_.not_found(peer.id, TxName::of(transaction.txid()));
    if (turn.chain.initial_download() || known(TxName::of(transaction.wtxid()))) return;

    const auto allowance = allowances_.find(peer.id);
    if (allowance == allowances_.end()) return;
    if (!allowance->second.take(transaction.weight(), turn.now))
        return turn.out.blame(peer, Offence::costly_transactions);
    submit({.peer = peer.id, .sender = peer.id}, message.transaction, turn);
}

void TxDownload::not_found(const Peer& peer, const InventoryItem& item) {
    requests_.not_found(peer.id, TxName::of(item));
}

bool TxDownload::decided(const mempool::TransactionDecided& decided, Turn& turn) {
    const auto submission = submissions_.extract(decided.ticket.value);
    if (!submission) return false;
    const Transaction& transaction = *decided.transaction;
    checking_.erase(transaction.wtxid());
    if (submission.mapped().orphan) --resolving_;
    Peer* peer = turn.peers.find(submission.mapped().peer);
    if (!decided.reject) {
        accepted(submission.mapped(), transaction, turn);
    } else if (decided.reject->kind == RejectKind::missing_inputs && !decided.missing.empty()) {
        lack_parents(peer, decided, turn);
    } else {
        refuse(peer, transaction, *decided.reject, turn);
    }
    resolve(turn);
    return true;
}

void TxDownload::pool_changed(const mempool::PoolChanged& changed, Turn& turn) {
    for (const auto& entry : changed.added) {
        const auto checked = checking_.find(entry->transaction->wtxid());
        arrived(*entry->transaction, checked == checking_.end() ? PeerId{} : checked->second);
    }
    resolve(turn);
}

void TxDownload::tip_changed(const chain::TipChanged& changed, Turn& turn) {
    refused_.clear();  // what was refused may be good after these blocks
    if (requests_.empty() && orphanage_.size() == 0) return;
    for (const auto& block : changed.connected) {
        for (const auto& transaction : block->block.transactions)
            arrived(*transaction, {});
    }
    resolve(turn);
}

void TxDownload::handle_timer(Turn& turn) {
    ask(turn);
}

std::optional<Time> TxDownload::next_wakeup() const {
    return requests_.next_wakeup();
}

bool TxDownload::known(const TxName& name) const {
    if (pool_.contains(name) || refused_.contains(Hash256{name.hash})) return true;
    if (name.kind == TxName::Kind::txid) return false;
    const Wtxid wtxid{name.hash};
    return checking_.contains(wtxid) || orphanage_.contains(wtxid);
}

void TxDownload::submit(const Submission& submission,
                        const Shared<Transaction>& transaction,
                        Turn& turn) {
    const chain::Ticket ticket = turn.out.ticket();
    submissions_.emplace(ticket.value, submission);
    checking_.emplace(transaction->wtxid(), submission.sender);
    if (submission.orphan) ++resolving_;
    turn.out.submit(mempool::TransactionArrived{ticket, transaction, false, {}});
}

void TxDownload::lack_parents(Peer* peer, const mempool::TransactionDecided& decided, Turn& turn) {
    const Transaction& transaction = *decided.transaction;
    // A parent that was refused, or that is here and does not have the coin (any more).
    const bool hopeless = std::ranges::any_of(
        decided.missing, [&](const Txid& parent) { return known(TxName::of(parent)); });
    if (hopeless) {
        refused_.add(transaction.wtxid());
        return orphanage_.erase(transaction.wtxid());
    }
    const bool is_new = !orphanage_.contains(transaction.wtxid());
    if (peer == nullptr || !orphanage_.add(decided.transaction, peer->id, decided.missing)) return;
    if (is_new)
        turn.out.report({.kind = Event::Kind::orphan_kept,
                         .peer = peer->id,
                         .hash = Hash256{transaction.txid().bytes}});
    for (const Txid& parent : decided.missing)
        requests_.announced(peer->id, peer->direction, TxName::of(parent), turn.now);
}

void TxDownload::refuse(Peer* peer,
                        const Transaction& transaction,
                        const Reject& reject,
                        Turn& turn) {
    refused_.add(transaction.wtxid());
    orphanage_.erase(transaction.wtxid());
    if (reject.kind == RejectKind::invalid && peer != nullptr)
        turn.out.blame(*peer, Offence::invalid_transaction, reject.reason);
}

void TxDownload::accepted(const Submission& submission,
                          const Transaction& transaction,
                          Turn& turn) {
    if (Peer* giver = turn.peers.find(submission.sender)) giver->gave_transaction = turn.now;
    const auto allowance = allowances_.find(submission.peer);
    if (allowance != allowances_.end()) allowance->second.give_back(transaction.weight());
    if (submission.orphan)
        turn.out.report({.kind = Event::Kind::orphan_resolved,
                         .peer = submission.sender,
                         .other = submission.resolver,
                         .hash = Hash256{transaction.txid().bytes}});
    arrived(transaction, submission.sender);
}

// It is known now: nobody need be asked, and its children may be complete.
void TxDownload::arrived(const Transaction& transaction, PeerId sender) {
    requests_.forget(TxName::of(transaction.txid()));
    requests_.forget(TxName::of(transaction.wtxid()));
    orphanage_.erase(transaction.wtxid());
    for (const Wtxid& orphan : orphanage_.complete(transaction.txid()))
        resolvable_.push_back({orphan, sender});
}

// Has some orphans checked again: few at a time, each at the expense of a peer that announced it.
void TxDownload::resolve(Turn& turn) {
    while (!resolvable_.empty() && resolving_ < limits_.orphans_resolving_max) {
        const auto [wtxid, resolver] = resolvable_.front();
        resolvable_.pop_front();
        const auto transaction = orphanage_.find(wtxid);
        if (transaction == nullptr || checking_.contains(wtxid)) continue;
        submit({.peer = *orphanage_.announcer(wtxid),
                .orphan = true,
                .sender = orphanage_.sender(wtxid),
                .resolver = resolver},
               transaction, turn);
    }
}

void TxDownload::ask(Turn& turn) {
    std::map<PeerId, GetData> requests;
    const auto send = [&](PeerId id, GetData& request) {
        if (Peer* peer = turn.peers.find(id)) turn.out.send(*peer, std::exchange(request, {}));
    };
    for (const TxRequests::Request& request : requests_.due(turn.now)) {
        if (request.instead_of != PeerId{})
            turn.out.report({.kind = Event::Kind::transaction_taken_over,
                             .peer = request.peer,
                             .other = request.instead_of,
                             .hash = Hash256{request.tx.hash}});
        GetData& of_peer = requests[request.peer];
        of_peer.items.push_back(request.tx.request());
        if (of_peer.items.size() == kRequestItemsMax) send(request.peer, of_peer);
    }
    for (auto& [id, request] : requests) {
        if (!request.items.empty()) send(id, request);
    }
}

}  // namespace starling::p2p
