#include "chain/committer.h"

#include <algorithm>
#include <cassert>

namespace starling::chain {

void Committer::open(const HeaderNode* tip, std::uint64_t coins) {
    committed_tip_ = tip;
    coins_ = static_cast<std::int64_t>(coins);
}

bool Committer::has_work(const UncommittedSteps& steps, const BlockTree& tree) const {
    return steps.settled() > 0 || tree.has_changes() || appended_;
}

void Committer::commit_if_due(const Situation& situation,
                              UncommittedSteps& steps,
                              BlockTree& tree,
                              Time now,
                              std::vector<Effect>& out) {
    if (in_flight()) return;
    if (!has_work(steps, tree)) {
        waiting_since_.reset();
        flush_ = false;
        return;
    }
    if (!waiting_since_) waiting_since_ = now;
    const bool waited = situation.idle && now >= *waiting_since_ + delay_;
    if (!flush_ && !situation.pressure && !waited) return;
    flush_ = false;
    appended_ = false;
    waiting_since_.reset();
    Batch batch;
    batch.sequence = next_sequence_++;
    batch.headers = tree.take_changes();
    batch_first_step_ = steps.settled() > 0 ? steps.first_number(0) : 0;
    batch.steps = steps.take_settled();
    batch.tip = situation.tip->hash;
    batch_tip_ = situation.tip;
    for (const Step& step : batch.steps) {
        const auto made = static_cast<std::int64_t>(step.delta->made.size());
        const auto spent = static_cast<std::int64_t>(step.delta->spent.size());
        batch_changes_ += step.delta->made.size() + step.delta->spent.size();
        batch_coins_ += step.kind == Step::Kind::connected ? made - spent : spent - made;
    }
    batch_ = std::make_shared<const Batch>(std::move(batch));
    out.push_back(Commit{batch_});
}

void Committer::committed(const Committed& done) {
    assert(in_flight() && done.sequence == batch_->sequence);
    committed_tip_ = batch_tip_;
    ++commits_;
    coins_ = std::max<std::int64_t>(0, coins_ + batch_coins_);
    batch_.reset();
    batch_first_step_ = 0;
    batch_changes_ = 0;
    batch_coins_ = 0;
}

std::optional<Time> Committer::deadline() const {
    if (in_flight() || !waiting_since_) return std::nullopt;
    return *waiting_since_ + delay_;
}

std::uint64_t Committer::first_uncommitted(const UncommittedSteps& steps,
                                           std::uint64_t none) const {
    return batch_first_step_ != 0 ? batch_first_step_ : steps.first_number(none);
}

std::size_t Committer::store_bytes(std::size_t changes) const {
    constexpr std::size_t kPage = 4096;
    constexpr std::size_t kCoinsInPage =
        25;  // of about 100 bytes with key and node, pages 2/3 full
    constexpr std::size_t kUndoBytes = 120;
    changes += batch_changes_;
    const std::size_t pages = (static_cast<std::size_t>(coins_) + changes) / kCoinsInPage + 1;
    // Keys are random, so several changes meet in one page: n changes hit p (1 - e^(-n/p)) of p
    // pages, which 1.3 np / (n + p) bounds from above.
    const std::size_t hit = changes * pages / (changes + pages) * 13 / 10;
    return std::min({changes, pages, hit + 1}) * kPage + changes * kUndoBytes;
}

}  // namespace starling::chain
