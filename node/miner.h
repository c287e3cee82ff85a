#pragma once

#include "node/config.h"
#include "node/machine.h"

#include <atomic>
#include <cstdint>
#include <memory>

namespace starling::node {

// Mines in the background: at a mean interval after the last block, or whenever transactions wait
// (on-tx). For networks of one's own; the nonces are tried by one worker in short slices.
//
// The wait is drawn anew for each tip between a half and one and a half intervals, so that several
// miners rarely find at the same instant, and all together keep about the interval.
class Miner final : public Watcher {
public:
    static constexpr Duration kGather = std::chrono::milliseconds{100};  // on-tx: what comes along
    static constexpr Duration kRetry = std::chrono::seconds{1};  // while we are still behind
    static constexpr std::uint32_t kTriesAtOnce = 20'000;        // about 10 ms of a worker

    // `script_pubkey` is paid.
    Miner(Machine& machine, Bytes script_pubkey, std::optional<Duration> interval, Random& random);
    ~Miner() override;

    void start();
    void stop();
    void tip_changed(const chain::TipChanged& changed) override;
    void pool_changed(const mempool::PoolChanged& changed) override;

private:
    struct Attempt;  // one block being ground, shared with the worker
    void plan();
    void plan_after(Duration wait);
    void due(std::uint64_t round);
    void grind_on(const std::shared_ptr<Attempt>& attempt);
    void found(const Shared<CheckedBlock>& block);

    Machine& machine_;
    const Bytes script_pubkey_;
    const std::optional<Duration> interval_;
    Random& random_;
    std::uint64_t round_ = 0;  // of the plan that counts; an older timer does nothing
    std::shared_ptr<Attempt> attempt_;
    bool stopped_ = true;
};

}  // namespace starling::node
