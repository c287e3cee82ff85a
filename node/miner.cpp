#include "node/miner.h"

#include "consensus/check_block.h"
#include "mempool/next_block.h"
#include "node/clock.h"
#include "node/log.h"

#include <utility>

namespace starling::node {

struct Miner::Attempt {
    Block block;
    std::atomic<bool> given_up{false};
};

Miner::Miner(Machine& machine,
             Bytes script_pubkey,
             std::optional<Duration> interval,
             Random& random)
    : machine_(machine),
      script_pubkey_(std::move(script_pubkey)),
      interval_(interval),
      random_(random) {
    machine_.add_watcher(*this);
}

Miner::~Miner() {
    stop();
    machine_.remove_watcher(*this);
}

void Miner::start() {
    stopped_ = false;
    plan();
}

void Miner::stop() {
    stopped_ = true;
    if (attempt_ != nullptr) attempt_->given_up = true;
}

void Miner::tip_changed(const chain::TipChanged&) {
    if (stopped_) return;
    if (attempt_ != nullptr) std::exchange(attempt_, nullptr)->given_up = true;
    plan();
}

void Miner::pool_changed(const mempool::PoolChanged& changed) {
    if (stopped_ || interval_ || changed.added.empty() || attempt_ != nullptr) return;
    plan();
}

void Miner::plan() {
    if (!interval_) return plan_after(kGather);
    const auto span = static_cast<std::uint64_t>(interval_->count());
    plan_after(*interval_ / 2 + Duration{static_cast<std::int64_t>(random_.below(span + 1))});
}

void Miner::plan_after(Duration wait) {
    machine_.loop().after(wait, [this, round = ++round_] { due(round); });
}

void Miner::due(std::uint64_t round) {
    if (stopped_ || round != round_ || attempt_ != nullptr) return;
    const mempool::Pool& pool = machine_.ledger().pool();
    if (!interval_ && pool.size() == 0) return;
    // A block on an old tip would be lost.
    if (machine_.gossip().initial_download()) return plan_after(kRetry);
    Bytes extra(8);
    for (std::uint8_t& byte : extra)
        byte = static_cast<std::uint8_t>(random_.next());
    attempt_ = std::make_shared<Attempt>();
    attempt_->block = mempool::next_block(*machine_.chain().tip(), pool, script_pubkey_, extra,
                                          now(), machine_.parameters());
    grind_on(attempt_);
}

void Miner::grind_on(const std::shared_ptr<Attempt>& attempt) {
    const auto slice = [this, attempt] {
        if (attempt->given_up) return;
        if (!mempool::grind(attempt->block.header, kTriesAtOnce, machine_.parameters()))
            return grind_on(attempt);
        auto bytes = std::make_shared<const Bytes>(serialized(attempt->block));
        auto checked = check_block(std::move(bytes), machine_.parameters());
        assert(checked.ok());  // it is ours
        machine_.loop().post([this, attempt, block = *checked] {
            if (!attempt->given_up) found(block);
        });
    };
    machine_.jobs().on_worker(slice, Workers::Lane::bulk);
}

void Miner::found(const Shared<CheckedBlock>& block) {
    attempt_ = nullptr;
    machine_.submit(chain::BlockArrived{{}, block, false}, [this](const chain::Decided& decided) {
        if (!decided.reject)
            return log_info("mined block " + to_string(decided.hash) + " at height " +
                            std::to_string(machine_.chain().tip()->height.value));
        log_warning("our own block is refused: " + describe(*decided.reject));
        if (!stopped_) plan_after(kRetry);
    });
}

}  // namespace starling::node
