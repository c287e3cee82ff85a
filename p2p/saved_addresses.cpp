#include "p2p/saved_addresses.h"

#include "consensus/hash.h"
#include "consensus/serialize.h"

#include <algorithm>
#include <cassert>

namespace starling::p2p {

namespace {

constexpr std::string_view kMark = "staraddr";
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kChecksumBytes = 4;
constexpr std::uint8_t kTried = 1;  // a flag; the others are 0
// Milliseconds: 285,000 years, so that no sum of times overflows.
constexpr std::int64_t kTimeMax = std::int64_t{1} << 53;

ByteView checksum_of(const Hash256& hash) {
    return ByteView(hash.bytes).first(kChecksumBytes);
}

void write_time(Writer& out, Time time) {
    const std::int64_t ms = time.time_since_epoch().count();
    out.i64(time == AddressEntry::kNever ? -1 : std::clamp<std::int64_t>(ms, 0, kTimeMax));
}

Time read_time(Reader& in) {
    const std::int64_t ms = in.i64();
    if (ms < -1 || ms > kTimeMax) in.fail();
    return ms == -1 || in.failed() ? AddressEntry::kNever : Time{Duration{ms}};
}

void write_endpoint(Writer& out, const Endpoint& endpoint) {
    out.bytes(endpoint.address);
    out.u16(endpoint.port);
}

Endpoint read_endpoint(Reader& in) {
    Endpoint endpoint;
    endpoint.address = in.array<16>();
    endpoint.port = in.u16();
    return endpoint;
}

void write_group(Writer& out, const Netgroup& group) {
    out.u8(static_cast<std::uint8_t>(group.kind));
    out.u32(group.value);
}

Netgroup read_group(Reader& in) {
    Netgroup group;
    const std::uint8_t kind = in.u8();
    if (kind > static_cast<std::uint8_t>(Netgroup::Kind::as_number)) in.fail();
    group.kind = in.failed() ? Netgroup::Kind::ipv4 : Netgroup::Kind{kind};
    group.value = in.u32();
    return group;
}

Origin read_origin(Reader& in) {
    const std::uint8_t origin = in.u8();
    if (origin > static_cast<std::uint8_t>(Origin::manual)) in.fail();
    return in.failed() ? Origin::overlay : static_cast<Origin>(origin);
}

void write_entry(Writer& out, const SavedAddresses::Entry& entry) {
    assert(!entry.record.empty() && entry.record.size() <= Record::kBytesMax);
    assert(!entry.places.empty() && entry.places.size() <= AddressEntry::kPlacesMax);
    out.sized_bytes(entry.record);
    write_endpoint(out, entry.source);
    write_group(out, entry.group);
    write_group(out, entry.source_group);
    out.u8(static_cast<std::uint8_t>(entry.origin));
    out.u8(entry.tried ? kTried : 0);
    out.u8(entry.failures);
    for (const Time time : {entry.heard, entry.last_try, entry.last_success})
        write_time(out, time);
    out.u8(static_cast<std::uint8_t>(entry.places.size()));
    for (const Slot place : entry.places)
        out.u32(place.value);
}

SavedAddresses::Entry read_entry(Reader& in) {
    SavedAddresses::Entry entry;
    entry.record = in.sized_bytes(Record::kBytesMax);
    if (entry.record.empty()) in.fail();
    entry.source = read_endpoint(in);
    entry.group = read_group(in);
    entry.source_group = read_group(in);
    entry.origin = read_origin(in);
    const std::uint8_t flags = in.u8();
    if (flags > kTried) in.fail();
    entry.tried = flags == kTried;
    entry.failures = in.u8();
    entry.heard = read_time(in);
    entry.last_try = read_time(in);
    entry.last_success = read_time(in);
    const std::uint8_t places = in.u8();
    const std::size_t places_max = entry.tried ? 1 : AddressEntry::kPlacesMax;
    if (places == 0 || places > places_max) in.fail();
    const std::uint32_t buckets =
        entry.tried ? AddressBuckets::kTriedBuckets : AddressBuckets::kNewBuckets;
    for (std::uint8_t i = 0; i < places && !in.failed(); ++i) {
        entry.places.push_back({in.u32()});
        if (entry.places.back().bucket() >= buckets) in.fail();
    }
    return entry;
}

}  // namespace

std::string_view describe(SavedAddressesError error) {
    switch (error) {
        case SavedAddressesError::foreign:
            return "not a file of addresses";
        case SavedAddressesError::version:
            return "addresses of an unknown version";
        case SavedAddressesError::damaged:
            return "addresses that are torn or damaged";
        case SavedAddressesError::malformed:
            return "addresses that make no sense";
    }
    assert(false && "an error without a description");
    return {};
}

Bytes encode(const SavedAddresses& saved) {
    assert(saved.entries.size() <= SavedAddresses::kEntriesMax);
    Writer out;
    for (const char c : kMark)
        out.u8(static_cast<std::uint8_t>(c));
    out.u32(kVersion);
    for (const SipKey& key : {saved.key.of_new, saved.key.of_tried}) {
        out.u64(key.low);
        out.u64(key.high);
    }
    out.compact_size(saved.entries.size());
    for (const SavedAddresses::Entry& entry : saved.entries)
        write_entry(out, entry);
    out.bytes(checksum_of(sha256d(out.out())));
    return out.take();
}

Result<SavedAddresses, SavedAddressesError> decode_saved_addresses(ByteView bytes) {
    if (bytes.size() < kMark.size() || !std::ranges::equal(bytes.first(kMark.size()), kMark))
        return Failure{SavedAddressesError::foreign};
    if (bytes.size() < kMark.size() + sizeof kVersion + kChecksumBytes)
        return Failure{SavedAddressesError::damaged};
    // The version first: another one may end otherwise.
    Reader in(bytes.first(bytes.size() - kChecksumBytes));
    in.view(kMark.size());
    if (in.u32() != kVersion) return Failure{SavedAddressesError::version};
    const Hash256 hash = sha256d(bytes.first(bytes.size() - kChecksumBytes));
    if (!std::ranges::equal(bytes.last(kChecksumBytes), checksum_of(hash)))
        return Failure{SavedAddressesError::damaged};

    SavedAddresses saved;
    for (SipKey* key : {&saved.key.of_new, &saved.key.of_tried}) {
        key->low = in.u64();
        key->high = in.u64();
    }
    const std::uint64_t count = in.compact_size(SavedAddresses::kEntriesMax);
    for (std::uint64_t i = 0; i < count && !in.failed(); ++i)
        saved.entries.push_back(read_entry(in));
    if (!in.finished()) return Failure{SavedAddressesError::malformed};
    return saved;
}

}  // namespace starling::p2p
