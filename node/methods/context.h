#pragma once

#include "chain/store.h"
#include "consensus/parameters.h"
#include "consensus/time.h"
#include "mempool/ledger.h"
#include "node/methods/overlay_view.h"
#include "node/rpc/error.h"
#include "p2p/gossip.h"

#include <filesystem>
#include <functional>
#include <string>

namespace starling::node {

// Answers one call. Called exactly once, on the protocol thread, now or later.
using Reply = std::function<void(rpc::Outcome)>;

// What the RPC methods see of the node and may ask of it: the shell's face towards them, so that
// they are tested without threads and sockets.
//
// Every function is called on the protocol thread, and every callback comes back there. The shell
// keeps or drops callbacks when it stops: a dropped one answers nobody.
class Context {
public:
    virtual ~Context() = default;

    // ---- What is known now; valid until the caller returns ----
    [[nodiscard]] virtual const Parameters& parameters() const = 0;
    [[nodiscard]] virtual const mempool::Ledger& ledger() const = 0;
    [[nodiscard]] virtual const p2p::Gossip& gossip() const = 0;
    // Reads files, so only to be used inside a job (see run); lives as long as the node.
    [[nodiscard]] virtual const chain::Store& store() const = 0;
    [[nodiscard]] virtual Time now() const = 0;      // the wall clock, since 1970
    [[nodiscard]] virtual Time started() const = 0;  // the same clock when the daemon started
    [[nodiscard]] virtual std::string user_agent() const = 0;  // "/Starling:0.1.0/"
    [[nodiscard]] virtual std::string log_file() const = 0;    // path; empty without one

    [[nodiscard]] virtual std::filesystem::path folder() const = 0;  // the network's own
    [[nodiscard]] virtual OverlayView& overlay() = 0;

    // ---- Orders ----
    // Hands a command to the ledger under a fresh ticket; `then` gets the decision, after the
    // change that it caused is visible here. Only inputs that carry a ticket.
    using Decision = std::function<void(const chain::Decided&)>;
    using PoolDecision = std::function<void(const mempool::TransactionDecided&)>;
    virtual void submit(chain::Input command, Decision then) = 0;
    virtual void submit(mempool::TransactionArrived command, PoolDecision then) = 0;
    // Hands an input to gossip (PeerAdded, DisconnectAsked, NetworkActive, TransactionPosted, ...).
    virtual void tell_gossip(p2p::GossipInput input) = 0;
    // Has what is at the tip now made durable (FlushAsked), and calls `then` as soon as the
    // committed boundary is the tip, so that Store answers for what a command has just changed.
    virtual void when_committed(std::function<void()> then) = 0;
    // Calls `then` when the tip has changed, at the latest after `timeout`.
    virtual void when_tip_changes(Duration timeout, std::function<void()> then) = 0;
    // Ends the daemon cleanly, after the answers that are under way were written.
    virtual void request_stop() = 0;

    // ---- Jobs ----
    // Runs `job` on a worker: a function of immutable values and Store alone. What it returns is
    // then called on the protocol thread. An exception of the job is the failing machine's (see
    // StoreError) and ends the daemon.
    using Continuation = std::function<void()>;
    using Job = std::function<Continuation()>;
    virtual void run(Job job) = 0;
};

// Has a job compute the whole answer.
template <class F>
void answer_by_job(Context& context, Reply reply, F compute) {
    context.run(
        [reply = std::move(reply), compute = std::move(compute)]() -> Context::Continuation {
            return [reply, outcome = compute()]() mutable { reply(std::move(outcome)); };
        });
}

}  // namespace starling::node
