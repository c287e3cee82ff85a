// What others ask of us, and what we ask: the way of a message in and out.

#include "p2p/discovery/discovery_state.h"

#include <algorithm>
#include <utility>

namespace starling::p2p::discv5 {
namespace {

std::uint64_t newest_said(const Message& message) {
    const Ping* ping = std::get_if<Ping>(&message);
    return ping == nullptr ? 0 : ping->sequence;
}

// Does its record say that it is reached there?
bool says(const Record& record, const Endpoint& address) {
    return record.fields().udp == address || record.fields().udp6 == address;
}

}  // namespace

void Discovery::State::on(const DatagramReceived& input, Turn& turn) {
    const std::uint64_t handshakes = wire->counters().handshakes;
    wire->received(input, turn.now, unsent, heard_now);
    send(turn);
    for (const Delivered& message : heard_now) {
        figures.last_received = turn.now;
        // A handshake that ends in a request was begun by the other; of one that we never spoke
        // to, it shows that we can be reached.
        const bool begun_by_other =
            wire->counters().handshakes > handshakes && is_request(message.message);
        if (begun_by_other && !requests.asked(message.from) &&
            table.find(message.from.id) == nullptr)
            figures.last_unasked = turn.now;
        delivered(message, turn);
    }
    heard_now.clear();
}

void Discovery::State::on(const NodeHeard& input, Turn& turn) {
    if (!filter.relayable(input.sighting.source, input.sighting.record->udp().value_or(Endpoint{})))
        return;
    heard(input.sighting, turn);
}

void Discovery::State::on(const LookupAsked& input, Turn& turn) {
    if (search(input.target, input.ticket, turn)) return;
    LookupReport nothing;
    nothing.target = input.target;
    turn.out.emplace_back(LookupFinished{input.ticket, std::move(nothing)});
}

void Discovery::State::on(const TalkAsked& input, Turn& turn) {
    const TableNode* node = table.find(input.to->id());
    const auto address = node != nullptr ? std::optional(node->address) : input.to->udp();
    const bool fits = input.protocol.size() + input.request.size() <= limits.talk_bytes_max;
    bool asked = false;
    if (address && fits && input.to->id() != identity.id) {
        Request request{.purpose = Purpose::talk,
                        .record = input.to,
                        .address = *address,
                        .number = input.ticket};
        asked = ask(std::move(request), TalkRequest{{}, input.protocol, input.request}, turn);
    }
    if (!asked) turn.out.emplace_back(TalkFinished{input.ticket, std::nullopt});
}

void Discovery::State::delivered(const Delivered& delivered, Turn& turn) {
    if (delivered.record) {
        known.add(delivered.record);
        table.refreshed(delivered.record);
    }
    if (is_request(delivered.message)) {
        asked(delivered, turn);
        return;
    }
    const auto done = requests.received(delivered.from, delivered.message, turn.now);
    if (done) settled(*done, turn);
}

void Discovery::State::asked(const Delivered& delivered, Turn& turn) {
    for (Message& response : answers.answer(delivered.from, delivered.message, own.record()))
        wire->send_response(delivered.from, std::move(response), turn.now, unsent);
    send(turn);

    const TableNode* node = table.find(delivered.from.id);
    if (node == nullptr) {
        const Shared<Record> newest = known.newest(delivered.from.id);
        if (newest == nullptr || !filter.of_network(*newest, turn.now)) return;
        if (newest_said(delivered.message) > newest->sequence())
            fetch(newest, delivered.from.address, Origin::inbound, turn);
        else
            met(delivered.from, newest, turn);
    } else if (newest_said(delivered.message) > node->record->sequence() &&
               node->address == delivered.from.address) {
        fetch(node->record, node->address, node->origin, turn);
    }
}

// A node of our network spoke to us that is not in our table.
void Discovery::State::met(const Contact& from, const Shared<Record>& record, Turn& turn) {
    // Its record must lead back to it, or others could not use it.
    if (!says(*record, from.address)) return;
    if (!table.has_room_for(*record, Origin::inbound, turn.now)) return;
    checks.add({{record, Origin::inbound, from.address}, from.address}, turn.now);
}

bool Discovery::State::ask(Request request, Message message, Turn& turn) {
    const Contact to = request.to();
    const CompressedKey key = request.record->key();
    const auto id = requests.begin(std::move(request), turn.now);
    if (!id) return false;
    std::visit([&](auto& typed) { typed.id = *id; }, message);
    wire->send_request(to, key, std::move(message), turn.now, unsent);
    send(turn);
    return true;
}

bool Discovery::State::ping(Purpose purpose,
                            const Sighting& sighting,
                            const Endpoint& address,
                            Turn& turn) {
    return ask({.purpose = purpose,
                .record = sighting.record,
                .address = address,
                .origin = sighting.origin,
                .source = sighting.source},
               Ping{{}, own.record()->sequence()}, turn);
}

// It has a newer record than this one.
void Discovery::State::fetch(const Shared<Record>& record,
                             const Endpoint& address,
                             Origin origin,
                             Turn& turn) {
    if (requests.waits(Purpose::fetch, record->id())) return;
    if (requests.waiting(Purpose::fetch) >= limits.fetches_max) return;
    ask({.purpose = Purpose::fetch,
         .record = record,
         .address = address,
         .origin = origin,
         .source = address,
         .distances = {0}},
        FindNode{{}, {0}}, turn);
}

// Somebody told us of a node: it is asked before it is believed in.
void Discovery::State::heard(const Sighting& sighting, Turn& turn) {
    const Record& record = *sighting.record;
    const auto udp = record.udp();
    if (!udp || record.id() == identity.id || !filter.of_network(record, turn.now)) return;
    const TableNode* node = table.find(record.id());
    if (node == nullptr) {
        if (table.has_room_for(record, sighting.origin, turn.now))
            checks.add({sighting, *udp}, turn.now);
    } else if (node->record->sequence() < record.sequence()) {
        // Where the address is the same the newer record is enough, else it must answer there.
        if (says(record, node->address))
            table.refreshed(sighting.record);
        else
            checks.add({sighting, *udp}, turn.now);
    }
}

void Discovery::State::next_checks(Turn& turn) {
    while (const auto check = checks.next()) {
        const Sighting& sighting = check->sighting;
        if (!ping(Purpose::check, sighting, check->address, turn))
            checks.settled(sighting.record->id(), sighting.origin);
    }
}

void Discovery::State::send(Turn& turn) {
    for (Datagram& datagram : unsent)
        turn.out.emplace_back(std::move(datagram));
    unsent.clear();
}

}  // namespace starling::p2p::discv5
