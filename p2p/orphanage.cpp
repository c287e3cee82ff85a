#include "p2p/orphanage.h"

#include <algorithm>
#include <cassert>

namespace starling::p2p {
namespace {

// Bitcoin Core's bound for relay: what is heavier would not enter the pool anyway.
constexpr std::uint32_t kWeightMax = 400'000;

}  // namespace

bool Orphanage::add(const Shared<Transaction>& transaction,
                    PeerId announcer,
                    const std::vector<Txid>& missing) {
    assert(!missing.empty());
    if (transaction->weight() > kWeightMax || missing.size() > kMissingMax) {
        erase(transaction->wtxid());
        return false;
    }
    const Wtxid wtxid = transaction->wtxid();
    Orphan& orphan = orphans_[wtxid];
    if (orphan.transaction == nullptr) orphan.sender = announcer;
    orphan.transaction = transaction;
    unindex(wtxid, orphan.missing);
    orphan.missing = missing;
    index(wtxid, missing);
    // Last, for it may give up this very orphan.
    if (orphan.announcers.insert(announcer).second) charge(announcer, *transaction);
    return contains(wtxid);
}

std::vector<Txid> Orphanage::announced(const Wtxid& wtxid, PeerId announcer) {
    const auto orphan = orphans_.find(wtxid);
    if (orphan == orphans_.end()) return {};
    if (!orphan->second.announcers.insert(announcer).second) return {};
    const std::vector<Txid> missing = orphan->second.missing;
    const Shared<Transaction> transaction = orphan->second.transaction;  // outlives the orphan
    charge(announcer, *transaction);
    return missing;
}

void Orphanage::erase(const Wtxid& wtxid) {
    const auto orphan = orphans_.find(wtxid);
    if (orphan == orphans_.end()) return;
    const std::set<PeerId> announcers = orphan->second.announcers;
    for (const PeerId peer : announcers)
        give_up(peer, wtxid);
    assert(!contains(wtxid));
}

void Orphanage::disconnected(PeerId peer) {
    const auto share = shares_.find(peer);
    if (share == shares_.end()) return;
    const std::vector<Wtxid> announced = share->second.oldest_first;
    for (const Wtxid& wtxid : announced)
        give_up(peer, wtxid);
}

std::vector<Wtxid> Orphanage::complete(const Txid& arrived) {
    std::vector<Wtxid> completed;
    const auto children = by_parent_.extract(arrived);
    if (!children) return completed;
    for (const Wtxid& wtxid : children.mapped()) {
        std::vector<Txid>& missing = orphans_.at(wtxid).missing;
        std::erase(missing, arrived);
        if (missing.empty()) completed.push_back(wtxid);
    }
    return completed;
}

Shared<Transaction> Orphanage::find(const Wtxid& wtxid) const {
    const auto orphan = orphans_.find(wtxid);
    return orphan == orphans_.end() ? nullptr : orphan->second.transaction;
}

std::optional<PeerId> Orphanage::announcer(const Wtxid& wtxid) const {
    const auto orphan = orphans_.find(wtxid);
    if (orphan == orphans_.end()) return std::nullopt;
    return *orphan->second.announcers.begin();
}

std::size_t Orphanage::weight_of(PeerId peer) const {
    const auto share = shares_.find(peer);
    return share == shares_.end() ? 0 : share->second.weight;
}

// Charges the peer for one more; gives up its oldest until it is within its share.
void Orphanage::charge(PeerId peer, const Transaction& transaction) {
    Share& share = shares_[peer];
    share.oldest_first.push_back(transaction.wtxid());
    share.weight += transaction.weight();
    while (share.weight > limits_.orphan_weight_per_peer ||
           share.oldest_first.size() > limits_.orphans_per_peer) {
        const bool last = share.oldest_first.size() == 1;
        const Wtxid oldest = share.oldest_first.front();
        give_up(peer, oldest);
        if (last) return;  // the share itself is gone
    }
}

// The peer no longer keeps this orphan; it goes when nobody does.
void Orphanage::give_up(PeerId peer, const Wtxid& wtxid) {
    const auto orphan = orphans_.find(wtxid);
    const auto share = shares_.find(peer);
    assert(orphan != orphans_.end() && share != shares_.end());
    share->second.weight -= orphan->second.transaction->weight();
    std::erase(share->second.oldest_first, wtxid);
    if (share->second.oldest_first.empty()) shares_.erase(share);

    orphan->second.announcers.erase(peer);
    if (!orphan->second.announcers.empty()) return;
    unindex(wtxid, orphan->second.missing);
    orphans_.erase(orphan);
}

void Orphanage::index(const Wtxid& wtxid, const std::vector<Txid>& missing) {
    for (const Txid& parent : missing)
        by_parent_[parent].insert(wtxid);
}

void Orphanage::unindex(const Wtxid& wtxid, const std::vector<Txid>& missing) {
    for (const Txid& parent : missing) {
        const auto found = by_parent_.find(parent);
        if (found == by_parent_.end()) continue;
        found->second.erase(wtxid);
        if (found->second.empty()) by_parent_.erase(found);
    }
}

}  // namespace starling::p2p
