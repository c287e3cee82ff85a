#include "sim/host/process.h"

#include "p2p/discovery/open_packet.h"
#include "sim/host/archive.h"

#include <algorithm>
#include <cassert>
#include <type_traits>
#include <utility>

namespace starling::sim {

namespace {

// A coin takes some hundred bytes, and a commit comes a second after a block: this is never
// reached but by a flood, and a host of ten thousand has no more to give.
constexpr std::size_t kChainBytesMax = 8u << 20;
// Coins of the last few blocks: the store is in memory itself.
constexpr std::size_t kCachedBytesMax = 256u << 10;
// Some blocks of a hundred transactions, for a reorganisation that brings them once more.
constexpr std::size_t kVerifiedScriptsMax = 500;

chain::Limits chain_limits() {
    chain::Limits limits;
    limits.memory_bytes_max = kChainBytesMax;
    limits.cached_bytes_max = kCachedBytesMax;
    return limits;
}

// Of ten thousand nodes that all find each other: a host that dials eight draws from enough, and
// takes a quarter of a megabyte less than with a node's 4,096.
constexpr std::size_t kCandidatesMax = 256;

// The same of what discovery remembers of nodes that are in no table of its own.
constexpr std::size_t kRecordsMax = 1'024;

p2p::discv5::Limits overlay_limits() {
    p2p::discv5::Limits limits;
    limits.ids_remembered_max = kRecordsMax;
    limits.records_remembered_max = kRecordsMax;
    return limits;
}

p2p::Limits gossip_limits(const Plan& plan) {
    const Settings::Overlay& overlay = plan.settings.overlay;
    p2p::Limits limits;
    limits.inbound_max = overlay.inbound_max;
    // Without discovery the peers that the plan gives are all that there are.
    limits.outbound_full_max = overlay.discovery ? overlay.outbound : 0;
    limits.outbound_block_only_max = limits.outbound_full_max / 2;
    limits.pace = p2p::Pace{};
    if (plan.settings.load.block_interval > Span{0})
        limits.block_spacing = std::chrono::ceil<Duration>(plan.settings.load.block_interval);
    limits.candidates_max = kCandidatesMax;
    if (plan.block_patience) {
        limits.block_timeout = plan.block_patience->timeout;
        limits.stall_timeout_min = plan.block_patience->stall;
        limits.stall_timeout_max = std::max(limits.stall_timeout_max, limits.stall_timeout_min);
    }
    return limits;
}

}  // namespace

std::size_t bytes_of(const p2p::discv5::DatagramReceived& datagram) {
    return datagram.open ? wire_bytes(*datagram.open) : datagram.bytes.size();
}

Process::Process(const Machinery& on)
    : on_(on),
      ledger_(on.environment.parameters,
              chain_limits(),
              {.verified_scripts_max = kVerifiedScriptsMax},
              on.machines,
              own_state(on.environment.plan.settings) ? plain_connector() : on.environment.archive),
      gossip_(on.environment.parameters, gossip_limits(on.environment.plan), on.machines),
      jobs_(on.plan, on.environment, on.disk, on.delays, *this) {
    const Settings& settings = on.environment.plan.settings;
    if (!settings.overlay.discovery) return;
    const auto wire = settings.wire ? p2p::discv5::WireKind::sealed : p2p::discv5::WireKind::open;
    discovery_.emplace(on.environment.parameters, on.plan.identity, overlay_limits(), on.machines,
                       wire);
}

Process::~Process() {
    on_.environment.events.cancel(wakeup_);
}

void Process::open() {
    const chain::Loaded loaded = on_.disk.load();
    ledger_.open(loaded, clock(), ledger_effects_);
    gossip_.open(ledger_.chain().tree(), ledger_.chain().tip(), clock());
    tail_left_ = loaded.tail.size() + 1;
    for (const Shared<Bytes>& bytes : loaded.tail)
        jobs_.run(Jobs::TailBody{bytes});
    carry();
    one_less_of_tail();
}

void Process::tail_checked(Shared<CheckedBlock> block) {
    if (block == nullptr) return one_less_of_tail();
    submit(chain::Input{chain::BlockArrived{ticket_for(Purpose::tail), std::move(block), true}});
}

void Process::one_less_of_tail() {
    if (--tail_left_ == 0 && !closing_) join();
}

void Process::join() {
    joined_ = true;
    on_.internet.attach(on_.plan.index, &on_.host);
    begin_discovery();
    tell(p2p::AnchorsRead{on_.disk.anchors});
    pool_to_feed_.assign(on_.disk.pool.begin(), on_.disk.pool.end());
    feed_pool();
}

// One after the other, so that each finds its parents there.
void Process::feed_pool() {
    if (pool_to_feed_.empty()) return;
    mempool::SavedTransaction next = std::move(pool_to_feed_.front());
    pool_to_feed_.pop_front();
    submit(mempool::TransactionArrived{.ticket = ticket_for(Purpose::pool),
                                       .transaction = std::move(next.transaction),
                                       .test_only = false,
                                       .entered = next.entered});
}

void Process::close() {
    closing_ = true;
    on_.disk.pool = mempool::parents_first(ledger_.pool().entries());
    on_.disk.pool.insert(on_.disk.pool.end(), pool_to_feed_.begin(), pool_to_feed_.end());
    saves_peers_ = true;
    save_peers();
    submit(chain::Input{chain::FlushAsked{}});
    jobs_.finish_writing();
}

void Process::save_peers() {
    if (!discovery_ || !joined_ || !saves_peers_) return;
    on_.disk.peers = discovery_->saved(clock());
    on_.disk.addresses = gossip_.saved_addresses();
}

void Process::tell(p2p::GossipInput input) {
    if (stands_) return void(stood_.emplace_back(std::move(input)));
    waiting_.emplace_back(std::move(input));
    carry();
}

void Process::submit(mempool::LedgerInput input) {
    if (stands_) return void(stood_.emplace_back(std::move(input)));
    waiting_.emplace_back(std::move(input));
    carry();
}

void Process::hear(p2p::discv5::Input input) {
    if (!discovery_ || !joined_ || closing_) return;
    if (!stands_) {
        discovery_->handle(std::move(input), clock(), overlay_effects_);
        return carry_overlay();
    }
    if (const auto* datagram = std::get_if<p2p::discv5::DatagramReceived>(&input)) {
        const std::size_t bytes = bytes_of(*datagram);
        if (stood_datagram_bytes_ + bytes > kDatagramBytesMax) return;
        stood_datagram_bytes_ += bytes;
    }
    stood_.emplace_back(std::move(input));
}

void Process::post(const Shared<Transaction>& transaction) {
    submit(mempool::TransactionArrived{.ticket = ticket_for(Purpose::posted),
                                       .transaction = transaction,
                                       .test_only = false,
                                       .entered = std::nullopt});
}

void Process::stand(bool still) {
    if (stands_ == still) return;
    stands_ = still;
    if (still) return;
    stood_datagram_bytes_ = 0;
    jobs_.resume();
    for (StoodInput& input : std::exchange(stood_, {})) {
        std::visit(
            [this]<class One>(One& one) {
                if constexpr (std::is_same_v<One, p2p::discv5::Input>)
                    hear(std::move(one));
                else if constexpr (std::is_same_v<One, p2p::GossipInput>)
                    tell(std::move(one));
                else
                    submit(std::move(one));
            },
            input);
    }
    if (std::exchange(woken_while_standing_, false)) woken();
}

chain::Ticket Process::ticket_for(Purpose purpose) {
    return {++tickets_ * kPurposes + static_cast<std::uint64_t>(purpose)};
}

void Process::answered_ours(chain::Ticket ticket, const mempool::TransactionDecided* decided) {
    if (ticket == chain::Ticket{}) return;
    switch (static_cast<Purpose>(ticket.value % kPurposes)) {
        case Purpose::tail:
            return one_less_of_tail();
        case Purpose::pool:
            return feed_pool();
        case Purpose::posted:
            if (decided != nullptr && !decided->reject)
                tell(p2p::TransactionPosted{decided->transaction->wtxid()});
    }
}

void Process::carry() {
    if (std::exchange(carrying_, true)) return;
    for (;;) {
        // Effects first: what one input caused is carried out before the next is handled.
        while (!ledger_effects_.empty()) {
            of_ledger_.swap(ledger_effects_);
            for (mempool::LedgerEffect& effect : of_ledger_)
                carry_out(effect);
            of_ledger_.clear();
        }
        while (!gossip_effects_.empty()) {
            of_gossip_.swap(gossip_effects_);
            for (p2p::GossipEffect& effect : of_gossip_)
                carry_out(effect);
            of_gossip_.clear();
        }
        std::optional<MachineInput> input = next_waiting();
        if (!input) break;
        if (auto* to_ledger = std::get_if<mempool::LedgerInput>(&*input)) {
            ledger_.handle(std::move(*to_ledger), clock(), ledger_effects_);
            ledger_moved_ = true;
        } else {
            gossip_.handle(std::move(std::get<p2p::GossipInput>(*input)), clock(), gossip_effects_);
            gossip_moved_ = true;
        }
    }
    carrying_ = false;
    settle();
}

std::optional<Process::MachineInput> Process::next_waiting() {
    if (first_waiting_ < waiting_.size()) return std::move(waiting_[first_waiting_++]);
    waiting_.clear();
    first_waiting_ = 0;
    if (waiting_.capacity() > kWaitingKept) waiting_.shrink_to_fit();
    return std::nullopt;
}

// What did not move since is not asked again: most inputs move one machine of the three.
void Process::settle() {
    if (std::exchange(ledger_moved_, false)) {
        ledger_due_ = ledger_.next_wakeup();
        const bool pause = !ledger_.chain().wants_more();
        if (pause != std::exchange(download_paused_, pause)) {
            gossip_.pause_download(pause);
            gossip_moved_ = true;
        }
    }
    if (std::exchange(gossip_moved_, false)) gossip_due_ = gossip_.next_wakeup();
    arm();
}

void Process::arm() {
    if (closing_ || waking_ || carrying_ || carrying_overlay_) return;
    std::optional<Time> first = ledger_due_;
    for (const std::optional<Time>& due : {gossip_due_, overlay_due_}) {
        if (due && (!first || *due < *first)) first = due;
    }
    if (!first) return;
    Events& events = on_.environment.events;
    const Moment due = std::max(moment_of(*first, on_.plan.clock_offset), events.now());
    // Moved while the process is in the processor's caches: to be woken for nothing costs more.
    if (events.waits(wakeup_)) {
        if (armed_ == due) return;
        events.cancel(wakeup_);
    }
    armed_ = due;
    wakeup_ = events.at(due, [this] { woken(); });
}

void Process::woken() {
    if (stands_) return void(woken_while_standing_ = true);
    // A machine that asks for the same moment again and again would stop the world's clock.
    wakes_at_once_ = armed_ == woken_ ? wakes_at_once_ + 1 : 0;
    assert(wakes_at_once_ < kWakesAtOnceMax && "a machine's timer does not do what it is due for");
    woken_ = armed_;
    waking_ = true;
    const Time now = clock();
    const auto is_due = [now](std::optional<Time> due) { return due && *due <= now; };
    if (is_due(ledger_due_)) {
        ledger_.handle_timer(now, ledger_effects_);
        ledger_moved_ = true;
    }
    if (is_due(gossip_due_)) {
        gossip_.handle_timer(now, gossip_effects_);
        gossip_moved_ = true;
    }
    if (ledger_moved_ || gossip_moved_) carry();
    if (is_due(overlay_due_)) {
        discovery_->handle_timer(now, overlay_effects_);
        carry_overlay();
    }
    waking_ = false;
    arm();
}

Host::Backlog Process::backlog() const {
    Host::Backlog backlog;
    backlog.inputs = waiting_.size() - first_waiting_ + stood_.size();
    backlog.jobs = jobs_.waiting();
    backlog.bytes = stood_datagram_bytes_;
    for (const StoodInput& input : stood_) {
        const auto* told = std::get_if<p2p::GossipInput>(&input);
        if (told == nullptr) continue;
        if (const auto* message = std::get_if<p2p::MessageReceived>(told))
            backlog.bytes += message->bytes;
    }
    return backlog;
}

}  // namespace starling::sim
