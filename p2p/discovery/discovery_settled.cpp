// What became of our questions, and what it means for the table and the lookups.

#include "p2p/discovery/discovery_state.h"

#include <algorithm>
#include <utility>

namespace starling::p2p::discv5 {

void Discovery::State::settled(const Settled& settled, Turn& turn) {
    const Request& request = settled.request;
    const auto* records = std::get_if<std::vector<Shared<Record>>>(&settled.reply);
    switch (request.purpose) {
        case Purpose::check:
            settled_check(request, std::get_if<Pong>(&settled.reply), turn);
            break;
        case Purpose::revalidate:
            settled_revalidation(request, std::get_if<Pong>(&settled.reply), turn);
            break;
        case Purpose::fetch:
            settled_fetch(request, records, turn);
            break;
        case Purpose::lookup:
            settled_step(request, records, turn);
            break;
        case Purpose::talk: {
            TalkFinished finished{.ticket = request.number, .response = std::nullopt};
            if (const auto* talk = std::get_if<TalkResponse>(&settled.reply))
                finished.response = talk->response;
            turn.out.emplace_back(std::move(finished));
        }
    }
}

void Discovery::State::settled_check(const Request& request, const Pong* pong, Turn& turn) {
    checks.settled(request.record->id(), request.origin);
    if (pong == nullptr) return;
    proven(request.record, request.address, request.origin, request.source, turn);
    ponged(request, *pong, turn);
}

void Discovery::State::settled_revalidation(const Request& request, const Pong* pong, Turn& turn) {
    const TableNode* node = table.find(request.record->id());
    if (node == nullptr) return;
    if (pong == nullptr) {
        not_there(request.record->id(), turn);
        return;
    }
    // Copies: the table moves its nodes about.
    const Shared<Record> record = node->record;
    const Origin origin = node->origin;
    proven(record, request.address, origin, request.address, turn);
    ponged(request, *pong, turn);
}

void Discovery::State::settled_fetch(const Request& request,
                                     const std::vector<Shared<Record>>* records,
                                     Turn& turn) {
    if (records == nullptr || records->empty()) return;
    const Shared<Record>& record = records->front();
    if (record->sequence() <= request.record->sequence()) return;
    const auto& fields = record->fields();
    if (fields.udp == request.address || fields.udp6 == request.address) {
        proven(record, request.address, request.origin, request.source, turn);
    } else if (const auto moved = record->udp();
               moved && filter.relayable(request.address, *moved)) {
        checks.add_again({{record, request.origin, request.address}, *moved});
    }
}

void Discovery::State::settled_step(const Request& request,
                                    const std::vector<Shared<Record>>* records,
                                    Turn& turn) {
    if (records != nullptr) {
        // FINDNODE proves the address as well as PING does.
        proven(request.record, request.address, request.origin, request.source, turn);
        found_now.reserve(found_now.size() + records->size());
        for (const Shared<Record>& record : *records)
            found({record, Origin::overlay, request.address}, request.record->id(), turn);
    }
    const auto it = searches.find(request.number);
    if (it == searches.end()) return;
    if (records == nullptr)
        it->second.lookup.failed(request.record->id(), turn.now);
    else
        it->second.lookup.answered(request.record->id(), *records, turn.now);
    advance(request.number, turn);
}

void Discovery::State::ponged(const Request& request, const Pong& pong, Turn& turn) {
    if (pong.sequence > request.record->sequence())
        fetch(request.record, request.address, request.origin, turn);
    // Whoever spoke to us first may have come only to vote.
    if (request.origin == Origin::inbound || !own.seen(request.address, pong.seen, turn.now))
        return;
    wire->set_record(own.record());
    turn.out.emplace_back(RecordChanged{own.record()});
    changed(turn.now);
}

void Discovery::State::proven(const Shared<Record>& record,
                              const Endpoint& address,
                              Origin origin,
                              const Endpoint& source,
                              Turn& turn) {
    const Admission admission = table.proven(record, address, origin, turn.now);
    ++figures.admissions[static_cast<std::size_t>(admission)];
    changed(turn.now);
    bootstrap.answered(record->id());
    if (admission == Admission::added) joined(record->id(), turn);
    if (filter.of_network(*record, turn.now)) found({record, origin, source}, record->id(), turn);
}

void Discovery::State::not_there(const NodeId& id, Turn& turn) {
    const bool was_alone = !table.has_live();
    const auto departure = table.failed(id, turn.now);
    if (!was_alone && !table.has_live()) bootstrap.left_alone(turn.now);
    if (!departure) return;
    const Duration stayed = turn.now - departure->node.added;
    ++figures.left;
    figures.stayed += stayed;
    turn.out.emplace_back(NodeLeft{id, stayed});
    if (departure->successor) joined(*departure->successor, turn);
    refresh.left(table.size());
    changed(turn.now);
}

void Discovery::State::joined(const NodeId& id, Turn& turn) {
    ++figures.joined;
    turn.out.emplace_back(NodeJoined{id});
    if (density.concerns(id)) density.measure(table.nearest(Density::kNearest));
    refresh.joined(std::max(turn.now, first_lookup));
}

// For the choice of peers: nodes that can be dialled.
void Discovery::State::found(const Sighting& sighting, const NodeId& teller, Turn& turn) {
    const auto tcp = sighting.record->tcp();
    if (!tcp || !filter.relayable(sighting.source, *tcp)) return;
    // Seldom, for revalidation alone would tell of each node of the table every few minutes; again
    // after a while, for who gave up on it. By each netgroup: what is told counts against a share
    // of the teller's, and who has none left could keep a node from being filed by being the first
    // to tell of it.
    const bool shared = first_proposals.sharing();
    // While sharing who repeats a node is a second voice.
    if (!told.first(told_of(sighting), turn.now) && !shared) return;
    if (shared)
        first_proposals.found(sighting, teller);
    else
        found_now.push_back(sighting);
}

// All of a turn at once, for a lookup hears of hundreds.
void Discovery::State::propose(Turn& turn) {
    for (Sighting& sighting : first_proposals.due(turn.now))
        found_now.push_back(std::move(sighting));
    if (!found_now.empty()) turn.out.emplace_back(NodesFound{std::exchange(found_now, {})});
}

Discovery::State::Told Discovery::State::told_of(const Sighting& sighting) const {
    const Record& record = *sighting.record;
    const Netgroup teller = netgroups.of(sighting.source);
    const std::uint64_t group =
        std::uint64_t{teller.value} << 8 | static_cast<std::uint8_t>(teller.kind);
    const std::uint64_t told_by = mix(group ^ told_key0, told_key1 | 1);
    return {mix(table_hash(record.id(), told_key0, told_key1) ^ record.sequence(), told_by | 1)};
}

bool Discovery::State::search(const NodeId& target, std::optional<Ticket> ticket, Turn& turn) {
    if (searches.size() >= limits.lookups_max) return false;
    std::vector<Shared<Record>> seeds;
    for (const TableNode& node : table.closest(target, limits.bucket_nodes))
        seeds.push_back(node.record);
    const std::uint64_t number = ++last_search;
    searches.emplace(
        number,
        Search{Lookup(identity.id, target, seeds, parameters, limits, turn.now), target, ticket});
    advance(number, turn);
    return true;
}

// Asks whatever may be asked now, and ends the lookup if nothing is left.
void Discovery::State::advance(std::uint64_t number, Turn& turn) {
    Lookup& lookup = searches.at(number).lookup;
    for (auto questions = lookup.next(turn.now); !questions.empty();
         questions = lookup.next(turn.now)) {
        for (const Lookup::Question& question : questions) {
            const TableNode* node = table.find(question.node->id());
            const auto address = node != nullptr ? node->address : question.node->udp();
            Request request{.purpose = Purpose::lookup,
                            .record = question.node,
                            .address = address.value_or(Endpoint{}),
                            .origin = node != nullptr ? node->origin : Origin::overlay,
                            .source = address.value_or(Endpoint{}),
                            .number = number,
                            .distances = question.distances};
            if (!address || !ask(std::move(request), FindNode{{}, question.distances}, turn))
                lookup.failed(question.node->id(), turn.now);
        }
    }
    if (!lookup.finished()) return;
    const auto done = searches.extract(number);
    finish(done.mapped(), turn);
}

void Discovery::State::finish(const Search& search, Turn& turn) {
    ++figures.lookups;
    figures.lookup_time += search.lookup.took(turn.now);
    if (const auto hop = search.lookup.nearest_hop())
        figures.lookup_hops += *hop;
    else
        ++figures.lookups_without_answer;
    // Those that it had no need to ask may fill the table elsewhere.
    for (const Lookup::Learnt& learnt : search.lookup.learnt())
        heard({learnt.record, Origin::overlay, learnt.teller}, turn);
    if (search.ticket) {
        LookupFinished finished{*search.ticket, search.lookup.report(turn.now)};
        finished.report.density = density.ratio_at(search.target, search.lookup.closest());
        turn.out.emplace_back(std::move(finished));
        return;
    }
    density.looked_up(search.target, search.lookup.closest());
    density.measure(table.nearest(Density::kNearest));
}

}  // namespace starling::p2p::discv5
