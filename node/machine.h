#pragma once

#include "chain/store.h"
#include "consensus/parameters.h"
#include "consensus/random.h"
#include "mempool/ledger.h"
#include "node/jobs.h"
#include "node/loop.h"
#include "node/tickets.h"
#include "p2p/gossip.h"

#include <deque>
#include <functional>
#include <variant>
#include <vector>

namespace starling::node {

// Hears of what the machines did, on the protocol thread, in the order in which it happened. What
// it then submits is handled after all that already waits.
class Watcher {
public:
    virtual ~Watcher() = default;
    virtual void tip_changed(const chain::TipChanged&) {}
    virtual void pool_changed(const mempool::PoolChanged&) {}
    virtual void block_invalid(const chain::BlockInvalid&) {}
    virtual void gossip_event(const p2p::Event&) {}
    virtual void anchors_changed(const std::vector<p2p::Anchor>&) {}
    virtual void record_heard(const p2p::Sighting&) {}
    virtual void settled() {}  // nothing waits any more; the machines may be looked at
};

// What Gossip has done for it on the network; network.h does it with sockets.
class Wire {
public:
    virtual ~Wire() = default;
    virtual void dial(const p2p::Dial& dial) = 0;
    virtual void send(const p2p::Send& send) = 0;
    virtual void send_body(const p2p::SendBody& send) = 0;
    virtual void drop(const p2p::Drop& drop) = 0;
};

// The heart of the shell: owns both machines, carries the effects of one to the inputs of the other
// and to the jobs, and arms the one timer.
//
// Inputs queue and are handled one after the other; an effect never re-enters a machine. All of it
// runs on the protocol thread.
//
// Invariants:
//   - nothing waits in the queue when a public call returns;
//   - each ticket that was given out here is answered exactly once.
class Machine {
public:
    struct Options {
        chain::Limits chain;
        mempool::PoolLimits pool;
        p2p::Limits p2p;
        p2p::Netgroups netgroups;
        std::size_t threads = 1;
    };

    Machine(const Parameters& parameters,
            const Options& options,
            chain::Store& store,
            Loop& loop,
            Random& random);

    // Once, first. Bodies of the store's tail are checked by workers and fed as blocks; `opened` is
    // called when the chain has taken them all and waits for nothing.
    void open(const chain::Loaded& loaded, std::function<void()> opened);

    // Before the first peer: see Gossip.
    Result<p2p::RestoredAddresses, p2p::SavedAddressesError> restore_addresses(ByteView file);
    void submit(mempool::LedgerInput input);
    void tell(p2p::GossipInput input);
    // The same under a fresh ticket, with its answer: called when the change that the input caused
    // is seen here.
    void submit(chain::Input input, Tickets::BlockAnswer answer);
    void submit(mempool::TransactionArrived arrived, Tickets::TransactionAnswer answer);

    void add_watcher(Watcher& watcher) { watchers_.push_back(&watcher); }
    void remove_watcher(Watcher& watcher) { std::erase(watchers_, &watcher); }
    void set_wire(Wire* wire) { wire_ = wire; }

    [[nodiscard]] const mempool::Ledger& ledger() const { return ledger_; }
    [[nodiscard]] const chain::Chainstate& chain() const { return ledger_.chain(); }
    [[nodiscard]] const p2p::Gossip& gossip() const { return gossip_; }
    [[nodiscard]] const Parameters& parameters() const { return parameters_; }
    [[nodiscard]] const chain::Store& store() const { return store_; }
    [[nodiscard]] Jobs& jobs() { return jobs_; }
    [[nodiscard]] Loop& loop() { return loop_; }

private:
    void feed_tail(const chain::Loaded& loaded, std::function<void()> opened);
    template <class Told>
    void each_watcher(Told told);
    void decided(const chain::Decided& decision);
    void decided(const mempool::TransactionDecided& decision);
    void carry();
    void handle(mempool::LedgerInput input);
    void handle(p2p::GossipInput input);
    void timer_due();
    void settle();

    void carry_out(mempool::LedgerEffect effect);
    void carry_out(chain::Effect effect);
    void carry_out(p2p::GossipEffect effect);

    const Parameters& parameters_;
    chain::Store& store_;
    Loop& loop_;
    Tickets tickets_;
    mempool::Ledger ledger_;
    p2p::Gossip gossip_;
    std::vector<Watcher*> watchers_;
    Wire* wire_ = nullptr;
    bool carrying_ = false;
    bool opened_ = false;
    // Bounded by what one input can cause: each effect that becomes an input is consumed at once.
    std::deque<std::variant<mempool::LedgerInput, p2p::GossipInput>> waiting_;
    std::vector<mempool::LedgerEffect> ledger_effects_;
    std::vector<p2p::GossipEffect> gossip_effects_;
    Jobs jobs_;  // last: its threads end before what they answer to
};

}  // namespace starling::node
