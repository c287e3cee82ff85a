#include "p2p/discovery/answers.h"

#include "p2p/discovery/packet.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace starling::p2p::discv5 {
namespace {

// What a packet takes besides its records: IV (16), header (23 + 32), tag (16), message type (1),
// and RLP's prefixes, request id and total (at most 3 + 9 + 9 + 3).
constexpr std::size_t kNodesOverhead = 112;
constexpr std::size_t kRecordsBytesMax = kPacketBytesMax - kNodesOverhead;

}  // namespace

void Answers::serve(std::string protocol, TalkHandler handler) {
    assert(protocols_.size() < kProtocolsMax);
    protocols_.insert_or_assign(std::move(protocol), std::move(handler));
}

std::vector<Message> Answers::answer(const Contact& from,
                                     const Message& request,
                                     const Shared<Record>& own) {
    if (const Ping* ping = std::get_if<Ping>(&request)) return answer(from, *ping, own);
    if (const FindNode* find = std::get_if<FindNode>(&request)) return answer(from, *find, own);
    return answer(from, std::get<TalkRequest>(request), own);
}

std::vector<Message> Answers::answer(const Contact& from,
                                     const Ping& ping,
                                     const Shared<Record>& own) {
    return {Pong{.id = ping.id, .sequence = own->sequence(), .seen = from.address}};
}

std::vector<Message> Answers::answer(const Contact& from,
                                     const FindNode& find,
                                     const Shared<Record>& own) {
    std::vector<unsigned> distances;
    for (const unsigned distance : find.distances) {
        if (distances.size() == limits_.findnode_distances_max) break;
        if (std::ranges::find(distances, distance) == distances.end())
            distances.push_back(distance);
    }
    std::vector<Shared<Record>> records;
    records.reserve(limits_.bucket_nodes);
    if (std::ranges::find(distances, 0u) != distances.end()) records.push_back(own);
    std::erase(distances, 0u);
    for (const TableNode& node : table_.at(distances, limits_.bucket_nodes)) {
        if (records.size() == limits_.bucket_nodes) break;
        // It knows itself, and cannot use what is private to us.
        if (node.record->id() == from.id || !filter_.relayable(from.address, node.address))
            continue;
        records.push_back(node.record);
    }
    return packed(find.id, records);
}

std::vector<Message> Answers::answer(const Contact& from,
                                     const TalkRequest& talk,
                                     const Shared<Record>& /*own*/) {
    Bytes response;
    const auto served = protocols_.find(std::string(talk.protocol.begin(), talk.protocol.end()));
    if (served != protocols_.end()) response = served->second(from.id, talk.request);
    assert(response.size() <= limits_.talk_bytes_max);
    return {TalkResponse{.id = talk.id, .response = std::move(response)}};
}

std::vector<Message> Answers::packed(const RequestId& id,
                                     const std::vector<Shared<Record>>& records) const {
    std::vector<Nodes> packets(1);
    std::size_t bytes = 0;
    for (const Shared<Record>& record : records) {
        const std::size_t size = record->bytes().size();
        if (bytes + size > kRecordsBytesMax) {
            // 16 records of 300 bytes are one packet more than a requester waits for.
            if (packets.size() == limits_.nodes_packets_max) break;
            packets.emplace_back();
            bytes = 0;
        }
        bytes += size;
        packets.back().checked.push_back(record);
    }
    std::vector<Message> out;
    for (Nodes& nodes : packets) {
        nodes.id = id;
        nodes.total = packets.size();
        out.emplace_back(std::move(nodes));
    }
    return out;
}

}  // namespace starling::p2p::discv5
