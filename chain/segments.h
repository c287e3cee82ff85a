#pragma once

#include "chain/file.h"
#include "consensus/bytes.h"

#include <array>
#include <compare>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace starling::chain {

// A position in the sequence of segments.
struct SegmentEnd {
    std::uint32_t segment = 0;
    std::uint64_t offset = 0;
    friend auto operator<=>(const SegmentEnd&, const SegmentEnd&) = default;
};

// Where a body lies, and what its bytes must sum up to.
struct Place {
    std::uint32_t segment = 0;
    std::uint64_t offset = 0;  // of its frame
    std::uint32_t size = 0;    // of the body
    // The first bytes of the SHA-256 of the body. The Merkle root does not cover witnesses, so the
    // header alone would not show every damage.
    std::array<std::uint8_t, 8> checksum{};

    [[nodiscard]] SegmentEnd end() const;
    friend bool operator==(const Place&, const Place&) = default;
};

// Finds frames (network magic, u32 length, body) one after another in a file.
class FrameScanner {
public:
    static constexpr std::size_t kHeaderBytes = 8;
    // No block is larger: the greatest weight is 4,000,000, and every byte weighs at least one.
    static constexpr std::uint32_t kBodyBytesMax = 4'000'000;

    FrameScanner(const File& file, std::array<std::uint8_t, 4> magic, std::uint64_t offset);

    // The body of the next whole frame; null at the end, and at the first byte that is no frame.
    Shared<Bytes> next();
    [[nodiscard]] std::uint64_t offset() const { return offset_; }  // behind the last frame given

private:
    const File& file_;
    std::array<std::uint8_t, 4> magic_;
    std::uint64_t offset_;
};

// Keeps block bodies in append-only files in bootstrap.dat framing, so that a segment can be handed
// to any other node as it is.
//
// Invariants:
//   - below the committed end nothing is ever written or cut;
//   - what is before the last segment is synced: only the last one can be torn.
// One thread appends, recovers and syncs; any thread reads, through a handle of its own.
class Segments {
public:
    // Rolls over at 128 MiB, as Bitcoin Core's block files do: handy to copy, few to list.
    static constexpr std::uint64_t kSegmentBytesMax = 128u << 20;

    Segments(FileSystem& files,
             std::filesystem::path folder,
             std::array<std::uint8_t, 4> magic,
             std::uint64_t segment_bytes_max = kSegmentBytesMax);

    // StoreError if a segment is missing or shorter than this; changes nothing.
    void require(SegmentEnd end) const;
    // Gives the bodies behind the committed end as long as they are whole and good, cuts what comes
    // after them, and goes on from there. Once, before append(). What lies behind kTailBytesMax is
    // cut too: no daemon has so much uncommitted, and the tail is held in memory.
    static constexpr std::uint64_t kTailBytesMax = 512u << 20;
    using Tail = std::vector<std::pair<Place, Shared<Bytes>>>;
    Tail recover(SegmentEnd committed, const std::function<bool(const Shared<Bytes>&)>& good);

    // Not durable before sync(). If it fails, the segment is as it was before.
    Place append(ByteView body);
    void sync();
    [[nodiscard]] SegmentEnd end() const { return {number_, offset_}; }

    // StoreError that names file and offset if the bytes are not those that were appended.
    [[nodiscard]] Shared<Bytes> read(const Place& place) const;
    [[nodiscard]] std::filesystem::path path(std::uint32_t segment) const;

private:
    [[nodiscard]] Place place_of(ByteView body) const;  // if it were appended now
    void open_last();
    void cut(const std::vector<std::uint32_t>& later_segments);

    FileSystem& files_;
    std::filesystem::path folder_;
    std::array<std::uint8_t, 4> magic_;
    std::uint64_t segment_bytes_max_;
    std::uint32_t number_ = 0;    // of the last segment
    std::uint64_t offset_ = 0;    // its size
    std::unique_ptr<File> last_;  // null until it is written to
    bool synced_ = true;
};

}  // namespace starling::chain
