#pragma once

#include "mempool/ledger.h"
#include "p2p/effects.h"
#include "sim/engine/stream.h"
#include "sim/environment.h"
#include "sim/host/disk.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <variant>
#include <vector>

namespace starling::sim {

// Who has jobs done.
class Asker {
public:
    virtual ~Asker() = default;
    // Whether the process stands still: then what is due waits until Jobs::resume.
    [[nodiscard]] virtual bool stands() const = 0;
    virtual void answered(mempool::LedgerInput input) = 0;
    // Null if the store never had it.
    virtual void body_found(p2p::PeerId peer, Shared<CheckedBlock> block) = 0;
    // A body of the store's tail; null if it did not check.
    virtual void tail_checked(Shared<CheckedBlock> block) = 0;
};

// The workers and the store writer of one process, as node/jobs.h has them: each job is done, and
// answered, after a drawn delay; what the writer does comes strictly in order, one at a time, and a
// commit's answer some time after it was done. All that is under way is lost when this ends.
//
// Bound: by what the machines ask for, which is theirs to bound.
class Jobs {
public:
    Jobs(const HostPlan& plan,
         const Environment& environment,
         Disk& disk,
         Random& random,
         Asker& asker);
    ~Jobs();
    Jobs(const Jobs&) = delete;
    Jobs& operator=(const Jobs&) = delete;

    struct TailBody {
        Shared<Bytes> bytes;
    };
    using Job = std::variant<chain::ReadCoins,
                             chain::ReadBody,
                             chain::ReadDelta,
                             chain::VerifyScripts,
                             mempool::ReadPoolCoins,
                             mempool::VerifyPoolScripts,
                             p2p::SendBody,
                             TailBody,
                             chain::Committed>;  // done; its answer is on the way
    void run(Job job);
    // For SendBody: a block that was announced before the writer had it.
    using Writing = std::variant<chain::AppendBody, chain::Commit, p2p::SendBody>;
    void write(Writing writing);

    // What was due while the process stood still.
    void resume();
    // The writer does at once what waits, commits answer at once: for a clean stop.
    void finish_writing();
    [[nodiscard]] std::size_t waiting() const { return under_way_ + writings_.size(); }

private:
    struct Slot {
        Job job;
        Events::Handle event;
        bool used = false;
    };
    [[nodiscard]] Span delay();
    void due(std::size_t slot);
    void writer_due();
    void write_next();

    // One each: done now.
    void perform(const chain::ReadCoins& job);
    void perform(const chain::ReadBody& job);
    void perform(const chain::ReadDelta& job);
    void perform(const chain::VerifyScripts& job);
    void perform(const mempool::ReadPoolCoins& job);
    void perform(const mempool::VerifyPoolScripts& job);
    void perform(const p2p::SendBody& job);
    void perform(const TailBody& job);
    void perform(const chain::Committed& job);
    void carry_out(const chain::AppendBody& writing);
    void carry_out(const chain::Commit& writing);
    void carry_out(const p2p::SendBody& writing);
    [[nodiscard]] Result<Unit, Reject> verdict(const ScriptBatch& batch) const;

    const Environment& environment_;
    Disk& disk_;
    Random& random_;
    Asker& asker_;
    const Span mean_;
    std::vector<Slot> slots_;  // used again
    std::vector<std::size_t> free_;
    std::size_t under_way_ = 0;
    std::deque<Writing> writings_;
    Events::Handle writer_;
    bool writer_stood_ = false;
    bool finishing_ = false;
    std::vector<std::size_t> stood_;  // due while the process stood still, in order
};

}  // namespace starling::sim
