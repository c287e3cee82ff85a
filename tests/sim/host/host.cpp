#include "sim/host/host.h"

#include "sim/engine/stream.h"
#include "sim/host/disk.h"
#include "sim/host/process.h"

#include <cassert>
#include <optional>
#include <utility>

namespace starling::sim {

namespace {

// For the trace, which outlives the message and so takes literals alone.
std::string_view name_of(const p2p::Message& message) {
    if (std::holds_alternative<p2p::Unknown>(message)) return "unknown";
    if (std::holds_alternative<p2p::Malformed>(message)) return "malformed";
    return p2p::command_of(message);
}

}  // namespace

struct Host::State {
    State(Host& of, const HostPlan& of_plan, const Environment& in, Internet& over)
        : host(of),
          plan(of_plan),
          environment(in),
          internet(over),
          disk(in),
          machines(stream_of(in.plan.settings.seed, "host", of_plan.index)),
          delays(stream_of(in.plan.settings.seed, "jobs", of_plan.index)) {
        if (!plan.honest())
            behaviour = behaviour_of(plan.behaviour,
                                     seed_of(in.plan.settings.seed, "behaviour", of_plan.index));
    }
    ~State() { environment.events.cancel(deed); }

    void note(std::string_view kind) const {
        environment.trace.note(
            {.when = environment.events.now(), .kind = kind, .host = plan.index});
    }
    // The behaviour's own deeds, one after the other while the host runs.
    void act() {
        if (process->stands()) return void(deed = later(kLookAgain));
        if (const auto wait = behaviour->act(host)) deed = later(*wait);
    }
    Events::Handle later(Span wait) {
        return environment.events.after(wait, [this] { act(); });
    }
    void ended(bool crashed) {
        assert(process.has_value());
        environment.events.cancel(deed);
        internet.attach(plan.index, nullptr, crashed);
    }

    // For a deed that came due while the process stood still.
    static constexpr Span kLookAgain = std::chrono::seconds{1};

    Host& host;
    const HostPlan& plan;
    const Environment& environment;
    Internet& internet;
    Disk disk;
    Stream machines;
    Stream delays;
    std::unique_ptr<Behaviour> behaviour;
    Events::Handle deed;
    Moment started{};
    p2p::discv5::Ticket lookups = 0;
    std::optional<Process> process;  // while it runs
};

Host::Host(const HostPlan& plan, const Environment& environment, Internet& internet)
    : state_(std::make_unique<State>(*this, plan, environment, internet)) {}

Host::~Host() = default;

const HostPlan& Host::plan() const {
    return state_->plan;
}

chain::Store& Host::store() {
    return state_->disk.store();
}

const chain::Store& Host::store() const {
    return std::as_const(state_->disk).store();
}

void Host::start() {
    State& state = *state_;
    assert(!running());
    state.started = state.environment.events.now();
    state.note("start");
    state.environment.observers.tell([&](Observer& one) { one.host_started(index()); });
    state.process.emplace(Machinery{.host = *this,
                                    .plan = state.plan,
                                    .environment = state.environment,
                                    .internet = state.internet,
                                    .disk = state.disk,
                                    .behaviour = state.behaviour.get(),
                                    .machines = state.machines,
                                    .delays = state.delays});
    state.process->open();
    if (state.behaviour == nullptr) return;
    state.behaviour->started(*this);
    state.act();
}

void Host::stop() {
    State& state = *state_;
    pause(false);
    state.ended(false);
    state.process->close();
    state.process.reset();
    state.note("stop");
    state.environment.observers.tell([&](Observer& one) { one.host_stopped(index(), false); });
}

void Host::crash(std::size_t commits) {
    State& state = *state_;
    state.ended(true);
    state.process->save_peers();
    state.process.reset();
    state.disk.pool.clear();
    state.disk.crash(commits, state.delays);
    state.note("crash");
    state.environment.observers.tell([&](Observer& one) { one.host_stopped(index(), true); });
}

void Host::pause(bool paused) {
    if (state_->process) state_->process->stand(paused);
}

bool Host::running() const {
    return state_->process.has_value();
}

bool Host::joined() const {
    return running() && state_->process->joined();
}

bool Host::paused() const {
    return running() && state_->process->stands();
}

Moment Host::started() const {
    return state_->started;
}

const mempool::Ledger& Host::ledger() const {
    assert(running());
    return state_->process->ledger();
}

const p2p::Gossip& Host::gossip() const {
    assert(running());
    return state_->process->gossip();
}

const p2p::discv5::Discovery& Host::discovery() const {
    assert(has_discovery());
    return *state_->process->discovery();
}

bool Host::has_discovery() const {
    return running() && state_->process->discovery() != nullptr;
}

Time Host::clock() const {
    return time_at(state_->environment.events.now(), state_->plan.clock_offset);
}

void Host::submit_block(Shared<CheckedBlock> block) {
    State& state = *state_;
    assert(running());
    if (state.behaviour != nullptr) block = state.behaviour->found(*this, std::move(block));
    if (block == nullptr) return;
    state.environment.observers.tell([&](Observer& one) { one.block_mined(index(), block); });
    state.process->submit(chain::Input{chain::BlockArrived{{}, std::move(block), false}});
}

void Host::submit_transaction(Shared<Transaction> transaction) {
    State& state = *state_;
    assert(running());
    state.environment.observers.tell(
        [&](Observer& one) { one.transaction_made(index(), transaction); });
    state.process->post(transaction);
}

void Host::tell(p2p::GossipInput input) {
    assert(running());
    state_->process->tell(std::move(input));
}

void Host::look_up(const p2p::NodeId& target) {
    assert(running());
    state_->process->hear(p2p::discv5::LookupAsked{++state_->lookups, target});
}

void Host::send_raw(p2p::PeerId peer, p2p::Message message) {
    if (running()) state_->process->send(peer, std::move(message));
}

void Host::send_raw(p2p::discv5::Datagram datagram) {
    if (running()) state_->process->send(std::move(datagram));
}

std::vector<p2p::PeerId> Host::peers() const {
    std::vector<p2p::PeerId> peers;
    for (const ConnectionView& one : state_->internet.connections_of(index())) {
        if (one.established) peers.push_back(one.peer);
    }
    return peers;
}

const Environment& Host::environment() const {
    return state_->environment;
}

Host::Backlog Host::backlog() const {
    return running() ? state_->process->backlog() : Backlog{};
}

void Host::connected(p2p::PeerConnected input) {
    if (running()) state_->process->tell(std::move(input));
}

void Host::dial_failed(p2p::DialFailed input) {
    if (!running()) return;
    state_->note("dial failed");
    state_->process->tell(input);
}

void Host::received(p2p::MessageReceived input) {
    State& state = *state_;
    if (!running()) return;
    const HostIndex from = state.internet.other_end(index(), input.peer);
    state.environment.trace.note({.when = state.environment.events.now(),
                                  .kind = "message",
                                  .host = index(),
                                  .other = from,
                                  .what = name_of(input.message),
                                  .number = input.bytes});
    state.environment.observers.tell(
        [&](Observer& one) { one.received(index(), from, input.message, input.bytes); });
    if (state.behaviour != nullptr && !state.behaviour->lets_in(*this, input)) return;
    state.process->tell(std::move(input));
}

void Host::lost(p2p::PeerLost input) {
    if (running()) state_->process->tell(input);
}

void Host::drained(p2p::SendBudget input) {
    if (running()) state_->process->tell(input);
}

void Host::received(p2p::discv5::DatagramReceived input) {
    State& state = *state_;
    if (!running()) return;
    state.environment.trace.note({.when = state.environment.events.now(),
                                  .kind = "datagram",
                                  .host = index(),
                                  .number = bytes_of(input)});
    if (state.behaviour != nullptr && !state.behaviour->lets_in(*this, input)) return;
    state.process->hear(std::move(input));
}

}  // namespace starling::sim
