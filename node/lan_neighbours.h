#pragma once

#include "consensus/bytes.h"
#include "consensus/parameters.h"
#include "consensus/random.h"
#include "consensus/time.h"
#include "p2p/identity/sighting.h"
#include "p2p/token_bucket.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>

namespace starling::node {

// What is said on a LAN, and when: nodes announce their signed records, and a node that hears a
// new one announces itself soon, so that both know each other at once. Pure; lan.h has the sockets.
//
// A datagram is "starling", the version 1, and the record. Whoever is on the LAN may send any:
// nothing is answered to an address, at most kRecordsPerSecond signatures are checked, and a record
// of another network goes no further.
class LanNeighbours {
public:
    // Often enough that a person who starts two nodes does not wait, rare enough to be no load.
    static constexpr Duration kInterval = std::chrono::seconds{10};
    static constexpr Duration kSoon = std::chrono::milliseconds{500};  // at most, after a new node
    // Between announcements, whatever others send.
    static constexpr Duration kIntervalMin = std::chrono::seconds{1};
    // A node is told of again after this: it may have been silent when discovery asked it.
    static constexpr Duration kRepeat = std::chrono::minutes{1};
    static constexpr std::int64_t kRecordsPerSecond = 20;  // a LAN of 200 nodes; 1 ms of checking
    static constexpr std::int64_t kRecordsBurst = 100;
    static constexpr std::size_t kKnownMax = 1'024;  // then all are forgotten: they come again
    static constexpr std::size_t kDatagramBytesMax = 9 + p2p::Record::kBytesMax;

    LanNeighbours(const Parameters& parameters, Random& random, Time now);

    static Bytes announcement(const p2p::Record& own);

    // The node that it tells of, if discovery should hear of it.
    std::optional<p2p::Sighting> received(const p2p::Endpoint& from,
                                          ByteView datagram,
                                          const p2p::NodeId& own,
                                          Time now);
    [[nodiscard]] Time next_announcement() const { return next_; }
    void announced(Time now);

private:
    struct Heard {
        std::uint64_t sequence = 0;
        Time told;
    };

    Duration jittered(Duration most);

    const p2p::NetworkTag network_;
    Random& random_;
    p2p::TokenBucket allowance_;
    std::map<p2p::NodeId, Heard> known_;
    Time last_;
    Time next_;
};

}  // namespace starling::node
