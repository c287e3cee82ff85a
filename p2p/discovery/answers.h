#pragma once

#include "consensus/bytes.h"
#include "p2p/discovery/contact.h"
#include "p2p/discovery/discovery.h"
#include "p2p/discovery/limits.h"
#include "p2p/discovery/protocol.h"
#include "p2p/discovery/record_filter.h"
#include "p2p/discovery/table.h"

#include <map>
#include <string>
#include <vector>

namespace starling::p2p::discv5 {

// What the requests of others are answered with. Only nodes that proved their address get here.
class Answers {
public:
    // TALKREQ of a protocol that is not served gets an empty answer.
    // Served by our own code: more of them is a mistake in it, not traffic.
    static constexpr std::size_t kProtocolsMax = 32;

    Answers(Table& table, const RecordFilter& filter, const Limits& limits)
        : table_(table), filter_(filter), limits_(limits) {}

    void serve(std::string protocol, TalkHandler handler);

    // In the order of sending; several for FINDNODE alone, at most nodes_packets_max.
    std::vector<Message> answer(const Contact& from,
                                const Message& request,
                                const Shared<Record>& own);

private:
    std::vector<Message> answer(const Contact& from, const Ping& ping, const Shared<Record>& own);
    std::vector<Message> answer(const Contact& from,
                                const FindNode& find,
                                const Shared<Record>& own);
    std::vector<Message> answer(const Contact& from,
                                const TalkRequest& talk,
                                const Shared<Record>& own);
    std::vector<Message> packed(const RequestId& id,
                                const std::vector<Shared<Record>>& records) const;

    Table& table_;
    const RecordFilter& filter_;
    const Limits& limits_;
    std::map<std::string, TalkHandler> protocols_;
};

}  // namespace starling::p2p::discv5
