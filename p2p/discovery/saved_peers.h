#pragma once

#include "consensus/bytes.h"
#include "consensus/result.h"
#include "consensus/time.h"
#include "p2p/identity/record.h"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace starling::p2p::discv5 {

// What discovery remembers over a restart: the contents of discovery.dat. Losing it costs nothing
// but the bootstrap records' time.
struct SavedPeers {
    struct Peer {
        Bytes record;  // as signed, 1 to Record::kBytesMax bytes; nothing of it was checked
        Time last_seen;
        Time added;                // when it first entered the table
        std::uint32_t checks = 0;  // TableNode::checks
        friend bool operator==(const Peer&, const Peer&) = default;
    };
    // Enough to find the network again although most have gone; 340 kB at the most.
    static constexpr std::size_t kPeersMax = 1'000;

    Bytes own_record;  // ours at the time, for its sequence number; empty: none
    std::vector<Peer> peers;
    friend bool operator==(const SavedPeers&, const SavedPeers&) = default;
};

enum class SavedPeersError {
    foreign,    // not a discovery.dat
    version,    // of a version that we do not know
    damaged,    // torn, or its checksum is wrong
    malformed,  // the checksum is right and the contents cannot be
};
std::string_view describe(SavedPeersError error);

// The 8 bytes "starpeer", a version, our record, the peers in their order, and the first 4 bytes of
// the SHA-256d of all that. At most kPeersMax peers; those behind are left out.
Bytes encode_saved_peers(const SavedPeers& saved);
// Of bytes that anyone may have written. The whole file or nothing: it is replaced atomically, so
// that half a file is a damaged disk.
Result<SavedPeers, SavedPeersError> decode_saved_peers(ByteView bytes);

}  // namespace starling::p2p::discv5
