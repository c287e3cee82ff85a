#pragma once

#include "chain/effects.h"
#include "chain/store.h"
#include "consensus/parameters.h"
#include "mempool/ledger.h"
#include "node/loop.h"
#include "node/workers.h"

#include <functional>

namespace starling::node {

// Does what is slow: turns each job effect into work on a worker or on the store writer, and its
// outcome into the input that answers it, posted back to the protocol thread.
//
// A job holds only immutable values and the store, which answers reads from any thread.
class Jobs {
public:
    using Answer = std::function<void(mempool::LedgerInput)>;  // called on the protocol thread

    // Big enough that handing out work costs nothing beside it, small enough that one block keeps
    // every core busy: about 10 ms of signatures.
    static constexpr std::size_t kChecksPerPart = 200;

    Jobs(std::size_t threads,
         const Parameters& parameters,
         chain::Store& store,
         Loop& loop,
         Answer answer);

    void run(chain::ReadCoins effect);
    void run(const chain::ReadBody& effect);
    void run(const chain::ReadDelta& effect);
    void run(const chain::VerifyScripts& effect);
    void run(chain::AppendBody effect);
    void run(chain::Commit effect);
    void run(mempool::ReadPoolCoins effect);
    void run(const mempool::VerifyPoolScripts& effect);

    // Work of others, that posts its own outcome.
    void on_worker(std::function<void()> job, Workers::Lane lane = Workers::Lane::prompt);
    // After every append and commit that was asked for until now.
    void on_writer(std::function<void()> job);
    // Ends the threads: workers after what they do, then the writer after all that it was asked
    // for. What is asked for afterwards is dropped.
    void finish();
    [[nodiscard]] std::size_t queued() const { return workers_.queued(); }
    [[nodiscard]] std::size_t writes_queued() const { return writer_.queued(); }
    [[nodiscard]] std::size_t threads() const { return workers_.threads(); }

private:
    void verify(const Shared<ScriptBatch>& batch,
                std::function<mempool::LedgerInput(Result<Unit, Reject>)> answered);
    void post(mempool::LedgerInput input);

    const Parameters& parameters_;
    chain::Store& store_;
    Loop& loop_;
    Answer answer_;
    Workers writer_;   // one thread: the only one that appends and commits
    Workers workers_;  // last: while they end, what they do may still ask the writer
};

}  // namespace starling::node
