#include "sim/host/jobs.h"

#include "sim/host/archive.h"
#include "sim/host/assumed_signatures.h"

#include <cassert>
#include <utility>

namespace starling::sim {

Jobs::Jobs(
    const HostPlan& plan, const Environment& environment, Disk& disk, Random& random, Asker& asker)
    : environment_(environment),
      disk_(disk),
      random_(random),
      asker_(asker),
      mean_(environment.plan.settings.hosts.job_mean * plan.slowness) {}

Jobs::~Jobs() {
    for (const Slot& slot : slots_) {
        if (slot.used) environment_.events.cancel(slot.event);
    }
    environment_.events.cancel(writer_);
}

Span Jobs::delay() {
    return mean_ == Span{0} ? Span{0} : exponential(random_, mean_);
}

void Jobs::run(Job job) {
    std::size_t index = slots_.size();
    if (free_.empty()) {
        slots_.emplace_back();
    } else {
        index = free_.back();
        free_.pop_back();
    }
    Slot& slot = slots_[index];
    slot.job = std::move(job);
    slot.used = true;
    slot.event = environment_.events.after(delay(), [this, index] { due(index); });
    ++under_way_;
}

void Jobs::due(std::size_t index) {
    if (asker_.stands()) return stood_.push_back(index);
    const Job job = std::exchange(slots_[index].job, Job{});
    slots_[index].used = false;
    free_.push_back(index);
    --under_way_;
    std::visit([this](const auto& one) { perform(one); }, job);
}

void Jobs::write(Writing writing) {
    writings_.push_back(std::move(writing));
    if (writings_.size() == 1) write_next();
}

void Jobs::write_next() {
    if (finishing_ || writings_.empty()) return;
    writer_ = environment_.events.after(delay(), [this] { writer_due(); });
}

void Jobs::writer_due() {
    if (asker_.stands()) return void(writer_stood_ = true);
    const Writing writing = std::move(writings_.front());
    writings_.pop_front();
    write_next();
    std::visit([this](const auto& one) { carry_out(one); }, writing);
}

void Jobs::resume() {
    for (const std::size_t index : std::exchange(stood_, {}))
        due(index);
    if (std::exchange(writer_stood_, false)) writer_due();
}

void Jobs::finish_writing() {
    finishing_ = true;
    environment_.events.cancel(writer_);
    for (;;) {
        // Answers of commits that were done before; each may ask for another.
        for (std::size_t index = 0; index < slots_.size(); ++index) {
            Slot& slot = slots_[index];
            if (!slot.used || !std::holds_alternative<chain::Committed>(slot.job)) continue;
            environment_.events.cancel(slot.event);
            due(index);
        }
        if (writings_.empty()) break;
        const Writing writing = std::move(writings_.front());
        writings_.pop_front();
        std::visit([this](const auto& one) { carry_out(one); }, writing);
    }
}

void Jobs::perform(const chain::ReadCoins& job) {
    asker_.answered(chain::Input{chain::CoinsRead{job.id, disk_.store().coins(job.points)}});
}

void Jobs::perform(const chain::ReadBody& job) {
    asker_.answered(chain::Input{chain::BodyRead{job.hash, disk_.block(job.hash)}});
}

void Jobs::perform(const chain::ReadDelta& job) {
    asker_.answered(chain::Input{chain::DeltaRead{job.node->hash, disk_.store().delta(*job.node)}});
}

void Jobs::perform(const chain::VerifyScripts& job) {
    asker_.answered(chain::Input{chain::ScriptsVerified{job.id, verdict(*job.batch)}});
}

void Jobs::perform(const mempool::ReadPoolCoins& job) {
    asker_.answered(mempool::PoolCoinsRead{job.id, disk_.store().coins(job.points)});
}

void Jobs::perform(const mempool::VerifyPoolScripts& job) {
    asker_.answered(mempool::PoolScriptsVerified{job.id, verdict(*job.batch)});
}

void Jobs::perform(const p2p::SendBody& job) {
    if (auto block = disk_.block(job.hash)) return asker_.body_found(job.peer, std::move(block));
    write(job);
}

void Jobs::perform(const TailBody& job) {
    const auto checked = environment_.archive.check(job.bytes);
    asker_.tail_checked(checked.ok() ? checked.value() : nullptr);
}

void Jobs::perform(const chain::Committed& job) {
    asker_.answered(chain::Input{job});
}

void Jobs::carry_out(const chain::AppendBody& writing) {
    disk_.store().append(writing.block);
}

void Jobs::carry_out(const chain::Commit& writing) {
    disk_.store().commit(*writing.batch);
    run(chain::Committed{writing.batch->sequence});
}

void Jobs::carry_out(const p2p::SendBody& writing) {
    asker_.body_found(writing.peer, disk_.block(writing.hash));
}

Result<Unit, Reject> Jobs::verdict(const ScriptBatch& batch) const {
    if (!real_signatures(environment_.plan.settings)) return assume_scripts(batch);
    return environment_.archive.verify(batch);
}

}  // namespace starling::sim
