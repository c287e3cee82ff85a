#include "node/jobs.h"

#include "consensus/check_block.h"
#include "consensus/script_batch.h"
#include "node/log.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace starling::node {

namespace {

// One batch of scripts in parts on several workers. The verdict is that of the first part that
// failed, counted by place and not by time, so that a refusal names the same script each time.
class Verification {
public:
    Verification(Shared<ScriptBatch> batch, std::size_t parts)
        : batch_(std::move(batch)), parts_(parts), left_(parts), failed_part_(parts) {}

    // Does one part; true if it was the last to end.
    bool do_part(std::size_t part) {
        // Parts behind a failure say nothing new.
        if (part < failed_part_.load()) {
            const std::size_t size = batch_->checks.size();
            auto verdict =
                verify_scripts(*batch_, size * part / parts_, size * (part + 1) / parts_);
            if (!verdict) note(part, verdict.error());
        }
        return --left_ == 0;
    }
    // After the last part.
    [[nodiscard]] Result<Unit, Reject> verdict() const {
        if (failed_part_.load() == parts_) return Unit{};
        return Failure{reject_};
    }

private:
    void note(std::size_t part, const Reject& reject) {
        const std::lock_guard lock(mutex_);
        if (part >= failed_part_.load()) return;
        failed_part_ = part;
        reject_ = reject;
    }

    const Shared<ScriptBatch> batch_;
    const std::size_t parts_;
    std::atomic<std::size_t> left_;
    std::atomic<std::size_t> failed_part_;
    std::mutex mutex_;
    Reject reject_;
};

}  // namespace

Jobs::Jobs(std::size_t threads,
           const Parameters& parameters,
           chain::Store& store,
           Loop& loop,
           Answer answer)
    : parameters_(parameters),
      store_(store),
      loop_(loop),
      answer_(std::move(answer)),
      writer_(
          "store writer", 1, [&loop](std::exception_ptr error) { loop.fail(std::move(error)); }),
      workers_(
          "worker", threads, [&loop](std::exception_ptr error) { loop.fail(std::move(error)); }) {}

void Jobs::post(mempool::LedgerInput input) {
    // std::function copies what it holds; an input is moved through a shared pointer instead.
    auto held = std::make_shared<mempool::LedgerInput>(std::move(input));
    loop_.post([this, held] { answer_(std::move(*held)); });
}

void Jobs::run(chain::ReadCoins effect) {
    workers_.post(Workers::Lane::prompt, [this, effect = std::move(effect)] {
        post(chain::CoinsRead{effect.id, store_.coins(effect.points)});
    });
}

void Jobs::run(mempool::ReadPoolCoins effect) {
    workers_.post(Workers::Lane::prompt, [this, effect = std::move(effect)] {
        post(mempool::PoolCoinsRead{effect.id, store_.coins(effect.points)});
    });
}

void Jobs::run(const chain::ReadBody& effect) {
    workers_.post(Workers::Lane::prompt, [this, hash = effect.hash] {
        chain::BodyRead read{hash, nullptr};
        if (const Shared<Bytes> bytes = store_.body(hash)) {
            auto checked = check_block(bytes, parameters_);
            if (checked.ok() && checked.value()->hash == hash) read.block = *checked;
        }
        post(std::move(read));
    });
}

void Jobs::run(const chain::ReadDelta& effect) {
    workers_.post(Workers::Lane::prompt, [this, node = effect.node] {
        post(chain::DeltaRead{node->hash, store_.delta(*node)});
    });
}

void Jobs::run(const chain::VerifyScripts& effect) {
    verify(effect.batch, [id = effect.id](Result<Unit, Reject> verdict) {
        return chain::ScriptsVerified{id, std::move(verdict)};
    });
}

void Jobs::run(const mempool::VerifyPoolScripts& effect) {
    verify(effect.batch, [id = effect.id](Result<Unit, Reject> verdict) {
        return mempool::PoolScriptsVerified{id, std::move(verdict)};
    });
}

void Jobs::run(chain::AppendBody effect) {
    on_writer([this, block = std::move(effect.block)] { store_.append(block); });
}

void Jobs::run(chain::Commit effect) {
    on_writer([this, batch = std::move(effect.batch)] {
        log_debug("commit of " + std::to_string(batch->steps.size()) + " steps");
        store_.commit(*batch);
        post(chain::Committed{batch->sequence});
    });
}

void Jobs::verify(const Shared<ScriptBatch>& batch,
                  std::function<mempool::LedgerInput(Result<Unit, Reject>)> answered) {
    const std::size_t size = batch->checks.size();
    const std::size_t parts =
        std::max<std::size_t>(1, (size + kChecksPerPart - 1) / kChecksPerPart);
    const auto verification = std::make_shared<Verification>(batch, parts);
    for (std::size_t part = 0; part < parts; ++part) {
        workers_.post(Workers::Lane::bulk, [this, verification, part, answered] {
            if (verification->do_part(part)) post(answered(verification->verdict()));
        });
    }
}

void Jobs::on_worker(std::function<void()> job, Workers::Lane lane) {
    workers_.post(lane, std::move(job));
}

void Jobs::on_writer(std::function<void()> job) {
    writer_.post(Workers::Lane::prompt, std::move(job));
}

void Jobs::finish() {
    workers_.stop();
    writer_.finish();
}

}  // namespace starling::node
