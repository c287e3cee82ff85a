#include "p2p/discovery/requests.h"

#include "p2p/earliest.h"

#include <algorithm>
#include <cassert>
#include <numeric>

namespace starling::p2p::discv5 {
namespace {

// Does this kind of response belong to what was asked?
bool fits(Purpose purpose, const Message& response) {
    switch (purpose) {
        case Purpose::check:
        case Purpose::revalidate:
            return std::holds_alternative<Pong>(response);
        case Purpose::fetch:
        case Purpose::lookup:
            return std::holds_alternative<Nodes>(response);
        case Purpose::talk:
            return std::holds_alternative<TalkResponse>(response);
    }
    return false;
}

std::size_t place_of(Purpose purpose) {
    return static_cast<std::size_t>(purpose);
}

}  // namespace

std::optional<RequestId> Requests::begin(Request request, Time now) {
    const NodeId id = request.record->id();
    const Counts* node = per_node_.find(id);
    const std::size_t of_node =
        node == nullptr ? 0 : std::accumulate(node->begin(), node->end(), std::size_t{0});
    if (pending_.size() >= limits_.requests_max || of_node >= limits_.requests_per_node_max)
        return std::nullopt;
    const RequestId name = fresh_id();
    const Time deadline = now + limits_.request_timeout;
    ++per_purpose_[place_of(request.purpose)];
    ++per_node_[id][place_of(request.purpose)];
    pending_.emplace(name, Pending{std::move(request), now, deadline, {}, {}});
    deadlines_.emplace(deadline, name);
    ++begun_;
    return name;
}

std::optional<Settled> Requests::received(const Contact& from, const Message& response, Time now) {
    const auto it = pending_.find(request_id(response));
    if (it == pending_.end() || it->second.request.to() != from ||
        !fits(it->second.request.purpose, response)) {
        ++unsolicited_;
        return std::nullopt;
    }
    if (const Pong* pong = std::get_if<Pong>(&response)) return settle(it, *pong);
    if (const TalkResponse* talk = std::get_if<TalkResponse>(&response)) return settle(it, *talk);
    const std::size_t packets = it->second.packets.size();
    auto joined = join(it->second, std::get<Nodes>(response), now);
    if (joined) return settle(it, std::move(*joined));
    // More is on its way from a node that is there: each packet has the time of a request.
    if (it->second.packets.size() > packets) postpone(it, now + limits_.request_timeout);
    return std::nullopt;
}

std::vector<Settled> Requests::expired(Time now) {
    std::vector<Settled> out;
    while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
        const auto it = pending_.find(deadlines_.begin()->second);
        assert(it != pending_.end());
        const bool some_came = !it->second.packets.empty();
        if (!some_came) ++timeouts_;
        out.push_back(some_came ? settle(it, std::move(it->second.records))
                                : settle(it, NoAnswer{}));
    }
    return out;
}

std::optional<Time> Requests::next_wakeup() const {
    if (deadlines_.empty()) return std::nullopt;
    return deadlines_.begin()->first;
}

std::optional<Time> Requests::oldest() const {
    std::optional<Time> first;
    for (const auto& [name, pending] : pending_)
        first = earliest(first, pending.begun);
    return first;
}

bool Requests::waits(Purpose purpose, const NodeId& id) const {
    const Counts* node = per_node_.find(id);
    return node != nullptr && (*node)[place_of(purpose)] > 0;
}

// Unpredictable, so that only who saw the request can answer it. The first byte is never zero:
// there are nodes that strip leading zeros (ChainSafe before 11.0.1).
RequestId Requests::fresh_id() {
    while (true) {
        std::uint64_t bits = random_.next();
        std::array<std::uint8_t, kRequestIdBytesMax> id;
        for (std::uint8_t& byte : id) {
            byte = static_cast<std::uint8_t>(bits);
            bits >>= 8;
        }
        if (id.front() != 0 && !pending_.contains(ByteView(id))) return ByteView(id);
    }
}

// The whole answer, once it is whole.
std::optional<Reply> Requests::join(Pending& pending, const Nodes& nodes, Time now) {
    auto& packets = pending.packets;
    // A datagram that the network repeated says nothing new.
    const bool empty = nodes.records.empty() && nodes.checked.empty();
    const auto repeats = [&](const Nodes& other) {
        return other.records == nodes.records && other.checked == nodes.checked;
    };
    if (!empty && std::ranges::any_of(packets, repeats)) return std::nullopt;
    pending.records.reserve(limits_.bucket_nodes);
    const std::size_t room = limits_.bucket_nodes - pending.records.size();
    for (Shared<Record>& record : filter_.believed(pending.request, nodes, room, now)) {
        const bool twice = std::ranges::any_of(
            pending.records, [&](const auto& other) { return other->id() == record->id(); });
        if (!twice) pending.records.push_back(std::move(record));
    }
    const std::uint64_t total =
        std::clamp<std::uint64_t>(nodes.total, 1, limits_.nodes_packets_max);
    if (packets.size() + 1 >= total || pending.records.size() >= limits_.bucket_nodes)
        return std::move(pending.records);
    packets.push_back(nodes);
    return std::nullopt;
}

Settled Requests::settle(Pendings::iterator it, Reply reply) {
    Settled settled{std::move(it->second.request), std::move(reply)};
    deadlines_.erase({it->second.deadline, it->first});
    pending_.erase(it);
    const NodeId& id = settled.request.record->id();
    const std::size_t purpose = place_of(settled.request.purpose);
    --per_purpose_[purpose];
    Counts* node = per_node_.find(id);
    --(*node)[purpose];
    if (*node == Counts{}) per_node_.erase(id);
    return settled;
}

void Requests::postpone(Pendings::iterator it, Time deadline) {
    deadlines_.erase({it->second.deadline, it->first});
    it->second.deadline = deadline;
    deadlines_.emplace(deadline, it->first);
}

}  // namespace starling::p2p::discv5
