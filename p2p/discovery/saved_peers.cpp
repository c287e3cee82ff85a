#include "p2p/discovery/saved_peers.h"

#include "consensus/hash.h"
#include "consensus/serialize.h"

#include <algorithm>
#include <cassert>
#include <span>

namespace starling::p2p::discv5 {

namespace {

constexpr std::string_view kMark = "starpeer";
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kChecksumBytes = 4;

ByteView checksum_of(const Hash256& hash) {
    return ByteView(hash.bytes).first(kChecksumBytes);
}

SavedPeers::Peer decode_peer(Reader& in) {
    SavedPeers::Peer peer;
    peer.record = in.sized_bytes(Record::kBytesMax);
    if (peer.record.empty()) in.fail();
    peer.last_seen = Time{Duration{in.i64()}};
    peer.added = Time{Duration{in.i64()}};
    peer.checks = in.u32();
    return peer;
}

}  // namespace

std::string_view describe(SavedPeersError error) {
    switch (error) {
        case SavedPeersError::foreign:
            return "not a file of saved peers";
        case SavedPeersError::version:
            return "saved peers of an unknown version";
        case SavedPeersError::damaged:
            return "saved peers that are torn or damaged";
        case SavedPeersError::malformed:
            return "saved peers that make no sense";
    }
    assert(false && "an error without a description");
    return {};
}

Bytes encode_saved_peers(const SavedPeers& saved) {
    assert(saved.own_record.size() <= Record::kBytesMax);
    const std::size_t count = std::min(saved.peers.size(), SavedPeers::kPeersMax);
    Writer out;
    for (const char c : kMark)
        out.u8(static_cast<std::uint8_t>(c));
    out.u32(kVersion);
    out.sized_bytes(saved.own_record);
    out.compact_size(count);
    for (const SavedPeers::Peer& peer : std::span(saved.peers).first(count)) {
        assert(!peer.record.empty() && peer.record.size() <= Record::kBytesMax);
        out.sized_bytes(peer.record);
        out.i64(peer.last_seen.time_since_epoch().count());
        out.i64(peer.added.time_since_epoch().count());
        out.u32(peer.checks);
    }
    out.bytes(checksum_of(sha256d(out.out())));
    return out.take();
}

Result<SavedPeers, SavedPeersError> decode_saved_peers(ByteView bytes) {
    if (bytes.size() < kMark.size() || !std::ranges::equal(bytes.first(kMark.size()), kMark))
        return Failure{SavedPeersError::foreign};
    if (bytes.size() < kMark.size() + sizeof kVersion + kChecksumBytes)
        return Failure{SavedPeersError::damaged};
    // The version first: another one may end otherwise.
    Reader in(bytes.first(bytes.size() - kChecksumBytes));
    in.view(kMark.size());
    if (in.u32() != kVersion) return Failure{SavedPeersError::version};
    const Hash256 hash = sha256d(bytes.first(bytes.size() - kChecksumBytes));
    if (!std::ranges::equal(bytes.last(kChecksumBytes), checksum_of(hash)))
        return Failure{SavedPeersError::damaged};

    SavedPeers saved;
    saved.own_record = in.sized_bytes(Record::kBytesMax);
    const std::uint64_t count = in.compact_size(SavedPeers::kPeersMax);
    for (std::uint64_t i = 0; i < count && !in.failed(); ++i)
        saved.peers.push_back(decode_peer(in));
    if (!in.finished()) return Failure{SavedPeersError::malformed};
    return saved;
}

}  // namespace starling::p2p::discv5
