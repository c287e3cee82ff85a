#include "sim/hostile/crowd.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <variant>

namespace starling::sim {
namespace {

namespace discv5 = p2p::discv5;

// FINDNODE's result limit (discv5-wire), and as many records as fit into each datagram.
constexpr std::size_t kToldMax = 16;
constexpr std::size_t kRecordsAPacket = 5;

discv5::Datagram datagram(const Disguise& from,
                          const p2p::NodeId& to,
                          const p2p::Endpoint& at,
                          discv5::Message message) {
    return {.to = at,
            .open = std::make_shared<const discv5::OpenPacket>(from.identity.id, to, from.record,
                                                               std::move(message))};
}

}  // namespace

Crowd::Crowd(std::vector<Disguise> members) : members_(std::move(members)) {
    for (std::size_t i = 0; i < members_.size(); ++i)
        places_.emplace(members_[i].identity.id, i);
}

std::vector<discv5::Datagram> Crowd::answer(const discv5::DatagramReceived& question,
                                            bool mute) const {
    const discv5::OpenPacket* packet = question.open.get();
    if (packet == nullptr) return {};
    const auto place = places_.find(packet->to);
    if (place == places_.end()) return {};
    const Disguise& member = members_[place->second];
    std::vector<discv5::Datagram> out;
    if (const auto* ping = std::get_if<discv5::Ping>(&packet->message)) {
        out.push_back(datagram(member, packet->from, question.from,
                               discv5::Pong{ping->id, member.record->sequence(), question.from}));
    }
    if (const auto* find = std::get_if<discv5::FindNode>(&packet->message)) {
        const discv5::FindNode asked{find->id, mute ? std::vector<unsigned>{} : find->distances};
        for (discv5::Message& message : nodes(packet->to, asked))
            out.push_back(datagram(member, packet->from, question.from, std::move(message)));
    }
    return out;
}

discv5::Datagram Crowd::ping(std::size_t member,
                             const p2p::NodeId& whom,
                             const p2p::Endpoint& at) const {
    const Disguise& from = members_.at(member);
    const discv5::RequestId id{static_cast<std::uint8_t>(member >> 8),
                               static_cast<std::uint8_t>(member)};
    return datagram(from, whom, at, discv5::Ping{id, from.record->sequence()});
}

std::vector<discv5::Message> Crowd::nodes(const p2p::NodeId& asked,
                                          const discv5::FindNode& find) const {
    std::vector<Shared<p2p::Record>> told;
    for (const Disguise& member : members_) {
        const unsigned distance = log_distance(asked, member.identity.id);
        if (told.size() < kToldMax && std::ranges::count(find.distances, distance) != 0)
            told.push_back(member.record);
    }
    const std::size_t packets =
        std::max<std::size_t>(1, (told.size() + kRecordsAPacket - 1) / kRecordsAPacket);
    std::vector<discv5::Message> out;
    for (std::size_t i = 0; i < packets; ++i) {
        discv5::Nodes nodes{.id = find.id, .total = packets, .records = {}, .checked = {}};
        for (std::size_t j = i * kRecordsAPacket;
             j < std::min(told.size(), (i + 1) * kRecordsAPacket); ++j)
            nodes.checked.push_back(told[j]);
        out.emplace_back(std::move(nodes));
    }
    return out;
}

}  // namespace starling::sim
