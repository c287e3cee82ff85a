#include "p2p/discovery/discovery.h"

#include "p2p/discovery/discovery_state.h"
#include "p2p/discovery/open_wire.h"
#include "p2p/discovery/saved_peers.h"
#include "p2p/discovery/sealed_wire.h"
#include "p2p/earliest.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace starling::p2p::discv5 {
namespace {

std::vector<NodeId> ids_of(const std::vector<Shared<Record>>& records) {
    std::vector<NodeId> out;
    for (const Shared<Record>& record : records)
        out.push_back(record->id());
    return out;
}

}  // namespace

Discovery::Discovery(const Parameters& parameters,
                     const Identity& identity,
                     const Limits& limits,
                     Random& random,
                     WireKind wire,
                     const Netgroups& netgroups)
    : state_(std::make_unique<State>(parameters, identity, limits, random, wire, netgroups)) {}

Discovery::~Discovery() = default;

void Discovery::serve(std::string protocol, TalkHandler handler) {
    state_->answers.serve(std::move(protocol), std::move(handler));
}

void Discovery::open(const Start& start, Time now, std::vector<Effect>& out) {
    State::Turn turn{now, out};
    state_->open(start, turn);
}

void Discovery::handle(Input input, Time now, std::vector<Effect>& out) {
    assert(record() != nullptr);
    State::Turn turn{now, out};
    std::visit([&](const auto& value) { state_->on(value, turn); }, input);
    state_->next_checks(turn);
    state_->propose(turn);
}

std::optional<Time> Discovery::next_wakeup() const {
    return state_->next_wakeup();
}

void Discovery::handle_timer(Time now, std::vector<Effect>& out) {
    State::Turn turn{now, out};
    state_->handle_timers(turn);
    state_->next_checks(turn);
    state_->propose(turn);
}

Shared<Record> Discovery::record() const {
    return state_->own.record();
}

const Table& Discovery::table() const {
    return state_->table;
}

Figures Discovery::figures() const {
    return state_->figures_now();
}

Queues Discovery::queues() const {
    return state_->queues();
}

Bytes Discovery::saved(Time now) const {
    return state_->saved(now);
}

Discovery::State::State(const Parameters& parameters_,
                        const Identity& identity_,
                        const Limits& limits_,
                        Random& random,
                        WireKind kind,
                        const Netgroups& groups)
    : parameters(parameters_),
      identity(identity_),
      limits(limits_),
      pace(pace_of(parameters_)),
      netgroups(groups),
      known(limits.records_remembered_max, random, parameters_.identity_bits),
      filter(parameters, identity.id, limits, known, random),
      table(identity.id, parameters, limits, random, groups),
      wire(wire_of(kind, random)),
      requests(filter, limits, random),
      answers(table, filter, limits),
      own(parameters, identity, groups),
      checks(limits, pace, random),
      bootstrap(limits, pace),
      refresh(identity.id, pace, random),
      density(identity.id),
      first_proposals(limits, random),
      told_key0(random.next()),
      told_key1(random.next()),
      told(5 * pace.again, limits.ids_remembered_max, random) {}

std::unique_ptr<Wire> Discovery::State::wire_of(WireKind kind, Random& random) {
    RecordOf record_of = [this](const NodeId& id) {
        const TableNode* node = table.find(id);
        const Shared<Record> other = known.newest(id);
        if (node == nullptr) return other;
        return other && other->sequence() > node->record->sequence() ? other : node->record;
    };
    if (kind == WireKind::open)
        return std::make_unique<OpenWire>(identity.id, limits, random, std::move(record_of));
    return std::make_unique<SealedWire>(identity, limits, random, std::move(record_of));
}

void Discovery::State::open(const Start& start, Turn& turn) {
    std::vector<Shared<Record>> remembered;
    Shared<Record> own_saved;
    if (auto contents = decode_saved_peers(start.saved); contents.ok()) {
        std::ranges::stable_sort(contents->peers, std::ranges::greater{},
                                 [](const auto& peer) { return peer.last_seen; });
        for (const auto& peer : contents->peers) {
            if (remembered.size() == limits.bootstrap_nodes_max) break;
            const Shared<Record> record = known.decode(peer.record);
            if (record && record->id() != identity.id && filter.of_network(*record, turn.now))
                remembered.push_back(record);
        }
        if (auto record = Record::decode(contents->own_record); record.ok()) own_saved = *record;
        if (own_saved && own_saved->id() != identity.id) own_saved.reset();
    }
    std::vector<std::vector<Shared<Record>>> given;
    for (const BootstrapNodes& source : start.bootstrap) {
        std::vector<Shared<Record>> nodes;
        for (const Shared<Record>& record : source.nodes) {
            known.add(record);
            if (record->id() != identity.id && filter.of_network(*record, turn.now))
                nodes.push_back(record);
        }
        if (!nodes.empty()) given.push_back(std::move(nodes));
    }
    own.open(start, own_saved.get(), turn.now);
    wire->set_record(own.record());
    turn.out.emplace_back(RecordChanged{own.record()});
    bootstrap.open(remembered, given, turn.now);
    share_first(remembered, given, turn.now);
}

// The sources' first answers take two timeouts, from when they are asked; those of a lookup among
// them as long again.
void Discovery::State::share_first(const std::vector<Shared<Record>>& remembered,
                                   const std::vector<std::vector<Shared<Record>>>& given,
                                   Time now) {
    std::vector<std::vector<NodeId>> sources;
    for (const std::vector<Shared<Record>>& nodes : given)
        sources.push_back(ids_of(nodes));
    const Duration answer = 2 * limits.request_timeout;
    const Duration asked = remembered.empty() ? Duration{0} : answer;
    const Time first = now + asked + answer;
    first_proposals.open(ids_of(remembered), sources, first + answer, first + pace.first_shared);
    first_lookup = first_proposals.sharing() ? first : now;
}

void Discovery::State::handle_timers(Turn& turn) {
    for (const Settled& expired : requests.expired(turn.now))
        settled(expired, turn);
    wire->handle_timer(turn.now);
    while (const auto node = table.due(turn.now)) {
        const Sighting sighting{node->record, node->origin, node->address};
        // Not sent where too many requests wait: that is no fault of the node, and the table asks
        // for it again after a while.
        ping(Purpose::revalidate, sighting, node->address, turn);
    }
    for (const Sighting& sighting : bootstrap.due(table, turn.now))
        checks.add_again({sighting, sighting.source});
    if (const auto target = refresh.due(table, turn.now)) search(*target, std::nullopt, turn);
    if (next_save && *next_save <= turn.now) {
        next_save.reset();
        turn.out.emplace_back(SavePeers{});
    }
}

std::optional<Time> Discovery::State::next_wakeup() const {
    std::optional<Time> first = earliest(requests.next_wakeup(), wire->next_wakeup());
    first = earliest(first, table.next_wakeup());
    first = earliest(first, bootstrap.next_wakeup());
    first = earliest(first, first_proposals.next_wakeup());
    first = earliest(first, refresh.next_wakeup());
    return earliest(first, next_save);
}

Figures Discovery::State::figures_now() const {
    Figures now = figures;
    now.wire = wire->counters();
    now.sessions = wire->queues().sessions;
    now.requests = requests.begun();
    now.timeouts = requests.timeouts();
    now.unsolicited = requests.unsolicited();
    now.foreign_networks = filter.foreign_networks();
    now.density = density.figures();
    now.cheap_identities = known.cheap_identities() + filter.cheap_identities();
    return now;
}

Queues Discovery::State::queues() const {
    return {.wire = wire->queues(),
            .requests = requests.waiting(),
            .oldest_request = requests.oldest(),
            .fetches = requests.waiting(Purpose::fetch),
            .checks_waiting = checks.waiting(),
            .checks_in_flight = checks.in_flight(),
            .lookups = searches.size(),
            .known_records = known.size(),
            .ids = std::max(told.size(), checks.remembered())};
}

Bytes Discovery::State::saved(Time /*now*/) const {
    SavedPeers contents;
    if (own.record()) contents.own_record = own.record()->bytes();
    for (const TableNode& node : table.best(SavedPeers::kPeersMax))
        contents.peers.push_back({node.record->bytes(), node.last_seen, node.added, node.checks});
    return encode_saved_peers(contents);
}

void Discovery::State::changed(Time now) {
    if (!next_save) next_save = now + pace.save;
}

}  // namespace starling::p2p::discv5
