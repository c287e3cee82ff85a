#pragma once

#include "chain/store.h"
#include "mempool/ledger.h"
#include "p2p/discovery/discovery.h"
#include "p2p/gossip.h"
#include "sim/environment.h"
#include "sim/host/behaviour.h"
#include "sim/net/internet.h"

#include <cstddef>
#include <memory>
#include <vector>

namespace starling::sim {

// The shell's twin: one node's machines, the store below them, and what node/ does for them, with
// virtual time, drawn delays and simulated connections. What one machine wants of another is
// carried in the same order as in node/machine.cpp.
//
// Jobs are answered after a drawn delay; the store writer's one after the other. A crash loses a
// suffix of the commits and all jobs, nothing else.
class Host final : public Resident {
public:
    Host(const HostPlan& plan, const Environment& environment, Internet& internet);
    ~Host() override;
    Host(const Host&) = delete;
    Host& operator=(const Host&) = delete;

    [[nodiscard]] const HostPlan& plan() const;
    [[nodiscard]] HostIndex index() const { return plan().index; }

    // Its store is filled before it starts for the first time.
    [[nodiscard]] chain::Store& store();
    [[nodiscard]] const chain::Store& store() const;
    void start();
    void stop();                         // commits, saves its peers
    void crash(std::size_t commits);     // the last `commits` are lost (fewer if there are fewer)
    void pause(bool paused);             // as by SIGSTOP: what comes waits
    [[nodiscard]] bool running() const;  // also while paused
    [[nodiscard]] bool paused() const;
    [[nodiscard]] bool joined() const;  // it runs, and is on the network
    // Since it last started.
    [[nodiscard]] Moment started() const;

    // The machines; only while it runs.
    [[nodiscard]] const mempool::Ledger& ledger() const;
    [[nodiscard]] const p2p::Gossip& gossip() const;
    [[nodiscard]] const p2p::discv5::Discovery& discovery() const;  // settings.overlay.discovery
    [[nodiscard]] bool has_discovery() const;
    [[nodiscard]] const HeaderNode* tip() const { return ledger().chain().tip(); }
    [[nodiscard]] Time clock() const;  // what its clock shows now

    // Inputs of the shell. Observers hear of both here (block_mined, transaction_made).
    // A block that it found, in the form that its behaviour gives it.
    void submit_block(Shared<CheckedBlock> block);
    // Its own transaction: to its pool, then posted until a peer asks for it.
    void submit_transaction(Shared<Transaction> transaction);
    void tell(p2p::GossipInput input);
    void look_up(const p2p::NodeId& target);  // told to observers when it is finished

    // For behaviours: what its machines did not ask for.
    void send_raw(p2p::PeerId peer, p2p::Message message);
    void send_raw(p2p::discv5::Datagram datagram);
    [[nodiscard]] std::vector<p2p::PeerId> peers() const;  // connected now, by id
    [[nodiscard]] const Environment& environment() const;

    // Messages and jobs that wait here, and their bytes: for checkers.
    struct Backlog {
        std::size_t inputs = 0, jobs = 0, bytes = 0;
    };
    [[nodiscard]] Backlog backlog() const;

    // ---- Resident ----
    void connected(p2p::PeerConnected input) override;
    void dial_failed(p2p::DialFailed input) override;
    void received(p2p::MessageReceived input) override;
    void lost(p2p::PeerLost input) override;
    void drained(p2p::SendBudget input) override;
    void received(p2p::discv5::DatagramReceived input) override;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace starling::sim
