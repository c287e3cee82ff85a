#include "node/overlay.h"

#include "node/clock.h"
#include "node/eclipse_line.h"
#include "node/log.h"
#include "node/own_address.h"
#include "node/own_record.h"
#include "node/saved_file.h"
#include "node/udp_socket.h"
#include "p2p/discovery/saved_peers.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <cassert>
#include <map>
#include <utility>

namespace starling::node {

namespace discv5 = p2p::discv5;

namespace {

// discovery.dat, if it can be used; else nothing.
Bytes read_peers(const std::filesystem::path& path) {
    auto bytes = read_saved(path, Overlay::kFileBytesMax);
    if (!bytes) return {};
    const auto decoded = discv5::decode_saved_peers(*bytes);
    if (decoded) return *std::move(bytes);
    put_aside(path, describe(decoded.error()));
    return {};
}

std::vector<p2p::Anchor> read_anchors(const std::filesystem::path& path) {
    const auto bytes = read_saved(path, p2p::kAnchorsFileBytesMax);
    if (!bytes) return {};
    auto decoded = p2p::decode_anchors(*bytes);
    if (decoded) return *std::move(decoded);
    put_aside(path, decoded.error());
    return {};
}

}  // namespace

struct Overlay::State {
    State(Machine& of_machine,
          const p2p::Identity& of_identity,
          Random& random,
          Options of_options);

    void begin();
    void handle(discv5::Input input);
    void timer_due();
    // Effects until none is left; then the timer.
    void carry();
    void arm();

    void carry_out(const discv5::Datagram& datagram);
    void carry_out(const discv5::NodesFound& found);
    void carry_out(const discv5::RecordChanged& changed);
    void carry_out(discv5::LookupFinished& finished);
    void carry_out(discv5::TalkFinished& finished);
    void carry_out(const discv5::SavePeers& save);
    void carry_out(const discv5::NodeJoined& joined);
    void carry_out(const discv5::NodeLeft& left);

    void warn_of_foreign(const p2p::BootstrapNodes& source) const;
    void look_for_eclipse();
    void use(const Shared<p2p::Record>& changed);
    // In the order of the calls, on the store writer.
    void write(const char* name, Bytes content);

    Machine& machine;
    const p2p::Identity& identity;
    const Options options;
    std::unique_ptr<discv5::Discovery> discovery;  // null: off
    UdpSocket socket;
    boost::asio::steady_timer timer;
    std::optional<p2p::Endpoint> bound;
    OwnEndpoints endpoints;
    Shared<p2p::Record> record;
    std::vector<discv5::Effect> effects;
    Bytes saved;                       // discovery.dat as it was
    std::vector<p2p::Anchor> anchors;  // anchors.dat as it was
    bool open = false;
    bool carrying = false;
    bool met_somebody = false;
    bool stopped = false;
    p2p::EclipseAlarm alarm;
    p2p::EclipseReport eclipse = p2p::eclipse_gauge({});
    discv5::Ticket last_ticket = 0;
    std::map<discv5::Ticket, Found> lookups;
    std::map<discv5::Ticket, Talked> talks;
};

Overlay::State::State(Machine& of_machine,
                      const p2p::Identity& of_identity,
                      Random& random,
                      Options of_options)
    : machine(of_machine),
      identity(of_identity),
      options(std::move(of_options)),
      socket(machine.loop(),
             [this](const p2p::Endpoint& from, ByteView datagram) {
                 handle(discv5::DatagramReceived{from, Bytes(datagram.begin(), datagram.end())});
             }),
      timer(machine.loop().io()) {
    assert(!(options.plain && options.discovery));
    if (options.discovery)
        discovery = std::make_unique<discv5::Discovery>(
            machine.parameters(), identity, discv5::Limits{}, random, discv5::WireKind::sealed,
            options.netgroups);
}

void Overlay::State::begin() {
    for (const p2p::BootstrapNodes& source : options.bootstrap)
        warn_of_foreign(source);
    if (discovery) {
        discovery->open({.udp = endpoints.udp,
                         .tcp = endpoints.tcp,
                         .udp6 = endpoints.udp6,
                         .tcp6 = endpoints.tcp6,
                         .bootstrap = options.bootstrap,
                         .saved = std::exchange(saved, {})},
                        now(), effects);
        use(discovery->record());
        open = true;
        return carry();
    }
    auto own =
        own_record(endpoints, machine.parameters(), identity, std::exchange(saved, {}), now());
    write("discovery.dat", std::move(own.saved));
    use(own.record);
}

void Overlay::State::warn_of_foreign(const p2p::BootstrapNodes& source) const {
    const p2p::NetworkTag tag = p2p::network_tag(machine.parameters());
    for (const Shared<p2p::Record>& node : source.nodes) {
        // It is asked all the same: it may have changed its network since.
        if (!node->of_network(tag))
            log_warning("bootstrap node " + to_string(node->id()) + " is of another network");
    }
}

void Overlay::State::handle(discv5::Input input) {
    if (!discovery || !open) return;
    discovery->handle(std::move(input), now(), effects);
    carry();
}

void Overlay::State::timer_due() {
    if (!open) return;
    const Time at = now();
    const auto due = discovery->next_wakeup();
    if (due && *due <= at) discovery->handle_timer(at, effects);
    carry();
}

void Overlay::State::carry() {
    if (std::exchange(carrying, true)) return;
    // An effect may have Gossip tell of a record, whose effects come behind.
    while (!effects.empty()) {
        for (discv5::Effect& effect : std::exchange(effects, {}))
            std::visit([this](auto& one) { carry_out(one); }, effect);
    }
    carrying = false;
    arm();
}

void Overlay::State::arm() {
    const auto due = discovery->next_wakeup();
    if (!due || !open) return void(timer.cancel());
    // The wall clock may jump: see Loop::arm.
    timer.expires_after(std::clamp<Duration>(*due - now(), Duration{0}, std::chrono::minutes{1}));
    timer.async_wait([this](const boost::system::error_code& failure) {
        if (!failure) timer_due();
    });
}

void Overlay::State::carry_out(const discv5::Datagram& datagram) {
    socket.send(datagram.to, datagram.bytes);
}

void Overlay::State::carry_out(const discv5::NodesFound& found) {
    if (options.outbound_wanted > 0) machine.tell(p2p::CandidatesFound{found.sightings});
}

void Overlay::State::carry_out(const discv5::RecordChanged& changed) {
    use(changed.record);
}

void Overlay::State::carry_out(discv5::LookupFinished& finished) {
    if (const auto node = lookups.extract(finished.ticket)) node.mapped()(finished.report);
}

void Overlay::State::carry_out(discv5::TalkFinished& finished) {
    if (const auto node = talks.extract(finished.ticket)) node.mapped()(finished.response);
}

void Overlay::State::carry_out(const discv5::SavePeers&) {
    write("discovery.dat", discovery->saved(now()));
}

void Overlay::State::carry_out(const discv5::NodeJoined& joined) {
    log_debug("the overlay's table has " + short_text(joined.id));
    if (!std::exchange(met_somebody, true))
        log_info("found the overlay: node " + to_string(joined.id) + " answers");
}

void Overlay::State::carry_out(const discv5::NodeLeft& left) {
    log_debug("the overlay's table lost " + short_text(left.id));
}

void Overlay::State::look_for_eclipse() {
    if (stopped) return;
    p2p::EclipseSigns signs = machine.gossip().eclipse_signs(now());
    if (discovery) signs.density = discovery->figures().density;
    eclipse = alarm.look(signs, now());
    if (const auto line = eclipse_line(eclipse)) log(line->level, line->text);
    machine.loop().after(kEclipseInterval, [this] { look_for_eclipse(); });
}

void Overlay::State::use(const Shared<p2p::Record>& changed) {
    if (changed == record) return;
    record = changed;
    const auto address = record->udp() ? record->udp() : record->tcp();
    log_info("our node record is number " + std::to_string(record->sequence()) + ", " +
             (address ? "address " + to_string(*address) : "without an address"));
    const std::string line = record->text() + "\n";
    write("node.record", Bytes(line.begin(), line.end()));
    machine.tell(p2p::OwnRecordChanged{record});
}

void Overlay::State::write(const char* name, Bytes content) {
    machine.jobs().on_writer([path = options.folder / name, content = std::move(content)] {
        write_saved(path, content);
    });
}

Overlay::Overlay(Machine& machine, const p2p::Identity& identity, Random& random, Options options)
    : state_(std::make_unique<State>(machine, identity, random, std::move(options))) {
    machine.add_watcher(*this);
}

Overlay::~Overlay() {
    state_->machine.remove_watcher(*this);
}

p2p::Endpoint Overlay::bind(const p2p::Endpoint& at) {
    state_->bound = state_->socket.bind(at);
    return *state_->bound;
}

void Overlay::load(std::function<void()> loaded) {
    Loop& loop = state_->machine.loop();
    state_->machine.jobs().on_worker([state = state_.get(), &loop, loaded = std::move(loaded),
                                      folder = state_->options.folder]() mutable {
        Bytes saved = read_peers(folder / "discovery.dat");
        std::vector<p2p::Anchor> anchors = read_anchors(folder / "anchors.dat");
        loop.post([state, saved = std::move(saved), anchors = std::move(anchors),
                   loaded = std::move(loaded)]() mutable {
            state->saved = std::move(saved);
            state->anchors = std::move(anchors);
            loaded();
        });
    });
}

void Overlay::open(std::optional<p2p::Endpoint> tcp, std::function<void()> written) {
    State& state = *state_;
    if (const auto at = state.bound ? state.bound : tcp)
        state.endpoints = own_endpoints(*at, tcp, state.options.external);
    if (!state.options.plain) state.begin();
    // Not deleted now that they are read: they stay until others take their places, so that a crash
    // loses none.
    if (state.options.outbound_wanted > 0)
        state.machine.tell(p2p::AnchorsRead{std::exchange(state.anchors, {})});
    state.look_for_eclipse();
    // Behind the record's own writing.
    state.machine.jobs().on_writer(
        [&loop = state.machine.loop(), written = std::move(written)] { loop.post(written); });
}

void Overlay::stop() {
    State& state = *state_;
    state.stopped = true;
    state.timer.cancel();
    state.socket.close();
    if (std::exchange(state.open, false))
        state.write("discovery.dat", state.discovery->saved(now()));
}

void Overlay::hear(const p2p::Sighting& sighting) {
    state_->handle(discv5::NodeHeard{sighting});
}

const p2p::Identity& Overlay::identity() const {
    return state_->identity;
}

Shared<p2p::Record> Overlay::record() const {
    return state_->record;
}

bool Overlay::plain() const {
    return state_->options.plain;
}

bool Overlay::discovery() const {
    return state_->discovery != nullptr;
}

std::vector<discv5::BucketView> Overlay::buckets() const {
    if (!discovery()) return {};
    return state_->discovery->table().buckets();
}

discv5::Figures Overlay::figures() const {
    return discovery() ? state_->discovery->figures() : discv5::Figures{};
}

UdpTraffic Overlay::traffic() const {
    return state_->socket.traffic();
}

std::vector<std::string> Overlay::lan() const {
    return state_->options.lan;
}

std::size_t Overlay::outbound_wanted() const {
    return state_->options.outbound_wanted;
}

const p2p::EclipseReport& Overlay::eclipse() const {
    return state_->eclipse;
}

bool Overlay::look_up(const p2p::NodeId& target, Found then) {
    if (!discovery() || !state_->open || state_->lookups.size() >= kLookupsMax) return false;
    const discv5::Ticket ticket = ++state_->last_ticket;
    state_->lookups.emplace(ticket, std::move(then));
    state_->handle(discv5::LookupAsked{ticket, target});
    return true;
}

bool Overlay::talk(const Shared<p2p::Record>& to, Bytes protocol, Bytes request, Talked then) {
    if (!discovery() || !state_->open || state_->talks.size() >= kTalksMax) return false;
    const discv5::Ticket ticket = ++state_->last_ticket;
    state_->talks.emplace(ticket, std::move(then));
    state_->handle(discv5::TalkAsked{ticket, to, std::move(protocol), std::move(request)});
    return true;
}

void Overlay::anchors_changed(const std::vector<p2p::Anchor>& anchors) {
    state_->write("anchors.dat", p2p::encode(anchors));
}

void Overlay::record_heard(const p2p::Sighting& sighting) {
    hear(sighting);
}

}  // namespace starling::node
