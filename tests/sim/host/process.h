#pragma once

#include "mempool/ledger.h"
#include "p2p/discovery/discovery.h"
#include "p2p/gossip.h"
#include "sim/host/behaviour.h"
#include "sim/host/disk.h"
#include "sim/host/host.h"
#include "sim/host/jobs.h"
#include "sim/net/internet.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <variant>
#include <vector>

namespace starling::sim {

// On the wire.
std::size_t bytes_of(const p2p::discv5::DatagramReceived& datagram);

// All that a process of one host stands on; outlives it.
struct Machinery {
    Host& host;
    const HostPlan& plan;
    const Environment& environment;
    Internet& internet;
    Disk& disk;
    Behaviour* behaviour;  // null: an honest one's
    Random& machines;      // chance of the machines
    Random& delays;        // and of how long jobs take
};

// One run of a node, from its start to its stop or crash: the machines, and what node/machine.cpp
// and node/overlay.cpp carry between them, in the same order. One event wakes all three machines.
//
// Invariants:
//   - nothing waits in the queue when a public call returns, unless the process stands still;
//   - an effect never re-enters a machine;
//   - the wake-up is armed no later than the first machine asks for, and never fires early.
class Process final : public Asker {
public:
    explicit Process(const Machinery& on);
    ~Process() override;

    // Opens the machines on what the disk has. The network is joined when the store's tail was
    // decided, as a node does.
    void open();
    // Commits what there is, and writes what a clean stop does.
    void close();

    // discovery.dat and peers.dat, if discovery ever asked for it; now instead of each time, for
    // ten thousand of them would take more memory than what they are of. So a crash loses nothing
    // of it.
    void save_peers();

    // ---- Inputs; while the process stands still they wait ----
    void tell(p2p::GossipInput input);
    void submit(mempool::LedgerInput input);
    void hear(p2p::discv5::Input input);
    // A transaction of our own: posted if the pool takes it.
    void post(const Shared<Transaction>& transaction);

    void stand(bool still);
    [[nodiscard]] bool stands() const override { return stands_; }
    [[nodiscard]] bool joined() const { return joined_; }

    [[nodiscard]] const mempool::Ledger& ledger() const { return ledger_; }
    [[nodiscard]] const p2p::Gossip& gossip() const { return gossip_; }
    [[nodiscard]] const p2p::discv5::Discovery* discovery() const {
        return discovery_ ? &*discovery_ : nullptr;
    }
    [[nodiscard]] Time clock() const {
        return time_at(on_.environment.events.now(), on_.plan.clock_offset);
    }
    [[nodiscard]] Host::Backlog backlog() const;

    // Past the machines: what a behaviour sends.
    void send(p2p::PeerId peer, p2p::Message message);
    void send(p2p::discv5::Datagram datagram);

private:
    // What the kernel keeps of datagrams for a process that does not read: Linux's default.
    static constexpr std::size_t kDatagramBytesMax = 212'992;

    // Wake-ups in a row at one moment; honest ones are a handful: a timer that arms a shorter one.
    static constexpr unsigned kWakesAtOnceMax = 1'000;

    // Room for as many inputs is kept while none waits: an answer to a search has as many records.
    static constexpr std::size_t kWaitingKept = 32;

    using MachineInput = std::variant<mempool::LedgerInput, p2p::GossipInput>;
    using StoodInput = std::variant<mempool::LedgerInput, p2p::GossipInput, p2p::discv5::Input>;

    // ---- Asker ----
    void answered(mempool::LedgerInput input) override { submit(std::move(input)); }
    void body_found(p2p::PeerId peer, Shared<CheckedBlock> block) override;
    void tail_checked(Shared<CheckedBlock> block) override;

    void join();
    void begin_discovery();
    void add_drawn_peers();
    void one_less_of_tail();
    void feed_pool();

    // What a submission of our own was for is the rest of its ticket.
    enum class Purpose : std::uint64_t { tail, posted, pool };
    static constexpr std::uint64_t kPurposes = 3;
    [[nodiscard]] chain::Ticket ticket_for(Purpose purpose);
    void answered_ours(chain::Ticket ticket, const mempool::TransactionDecided* decided);

    void carry();
    [[nodiscard]] std::optional<MachineInput> next_waiting();
    void settle();
    void arm();
    void woken();

    void carry_out(mempool::LedgerEffect& effect);
    void carry_out(chain::Effect& effect);
    void carry_out(p2p::GossipEffect& effect);
    // One each.
    void done(chain::Decided& decision);
    void done(chain::TipChanged& changed);
    void done(chain::BlockInvalid& invalid);
    void done(chain::HeadersAdded& added);
    void done(chain::BodyKept& kept);
    void done(mempool::TransactionDecided& decision);
    void done(mempool::PoolChanged& changed);
    void done(p2p::Dial& dial);
    void done(p2p::Send& send);
    void done(p2p::SendBody& send);
    void done(p2p::Drop& drop);
    void done(p2p::Submit& submission);
    void done(p2p::RecordHeard& heard);
    void done(p2p::AnchorsChanged& changed);
    void done(p2p::Event& event);

    void carry_overlay();
    void done(p2p::discv5::Datagram& datagram);
    void done(p2p::discv5::NodesFound& found);
    void done(p2p::discv5::RecordChanged& changed);
    void done(p2p::discv5::LookupFinished& finished);
    void done(p2p::discv5::TalkFinished&) {}
    void done(p2p::discv5::SavePeers& save);
    void done(p2p::discv5::NodeJoined& joined);
    void done(p2p::discv5::NodeLeft& left);
    void use(const Shared<p2p::Record>& record);

    void note(std::string_view kind, std::uint64_t number) const;
    // Now, or as much later as the behaviour holds back what goes out; then even if the process has
    // ended since, for its connections have, too.
    template <class Deed>
    void let_out(Deed deed) {
        const Span held = on_.behaviour == nullptr ? Span{0} : on_.behaviour->held_back();
        if (held == Span{0}) return deed();
        on_.environment.events.after(held, std::move(deed));
    }
    [[nodiscard]] const Observers& observers() const { return on_.environment.observers; }

    const Machinery on_;
    mempool::Ledger ledger_;
    p2p::Gossip gossip_;
    std::optional<p2p::discv5::Discovery> discovery_;  // settings.overlay.discovery

    // A queue whose memory stays, for most inputs cause others: from the first that waits on.
    std::vector<MachineInput> waiting_;
    std::size_t first_waiting_ = 0;
    std::vector<mempool::LedgerEffect> ledger_effects_;
    std::vector<p2p::GossipEffect> gossip_effects_;
    std::vector<p2p::discv5::Effect> overlay_effects_;
    // Those that are being carried out: kept for their room.
    std::vector<mempool::LedgerEffect> of_ledger_;
    std::vector<p2p::GossipEffect> of_gossip_;
    std::vector<p2p::discv5::Effect> of_overlay_;
    bool carrying_ = false;
    bool carrying_overlay_ = false;
    bool closing_ = false;
    bool joined_ = false;
    bool saves_peers_ = false;
    std::size_t tail_left_ = 0;
    std::uint64_t tickets_ = 0;
    std::deque<mempool::SavedTransaction> pool_to_feed_;
    Shared<p2p::Record> record_;

    // When each machine is next due, as it said after it last moved; discovery's once it joined.
    std::optional<Time> ledger_due_, gossip_due_, overlay_due_;
    bool ledger_moved_ = true, gossip_moved_ = true;
    bool download_paused_ = false;
    Events::Handle wakeup_;
    Moment armed_{};
    Moment woken_{Span{-1}};
    bool waking_ = false;
    unsigned wakes_at_once_ = 0;
    bool stands_ = false;
    bool woken_while_standing_ = false;
    std::deque<StoodInput> stood_;
    std::size_t stood_datagram_bytes_ = 0;
    Jobs jobs_;  // last: what it answers to is there as long as it
};

}  // namespace starling::sim
