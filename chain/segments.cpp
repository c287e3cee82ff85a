#include "chain/segments.h"

#include "chain/store_error.h"
#include "consensus/hash.h"
#include "consensus/serialize.h"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <cstdio>

namespace starling::chain {
namespace {

constexpr const char* kAdvice =
    "; restore the file, or delete the network's folder to synchronise again";

std::string segment_name(std::uint32_t number) {
    char name[16];
    std::snprintf(name, sizeof name, "%05u.dat", number);
    return name;
}

std::optional<std::uint32_t> segment_number(const std::string& name) {
    std::uint32_t number = 0;
    std::from_chars(name.data(), name.data() + name.size(), number);
    if (segment_name(number) != name) return std::nullopt;
    return number;
}

std::array<std::uint8_t, 8> checksum_of(ByteView body) {
    const Hash256 hash = sha256(body);
    std::array<std::uint8_t, 8> sum{};
    std::copy_n(hash.bytes.begin(), sum.size(), sum.begin());
    return sum;
}

}  // namespace

SegmentEnd Place::end() const {
    return {segment, offset + FrameScanner::kHeaderBytes + size};
}

FrameScanner::FrameScanner(const File& file,
                           std::array<std::uint8_t, 4> magic,
                           std::uint64_t offset)
    : file_(file), magic_(magic), offset_(offset) {}

Shared<Bytes> FrameScanner::next() {
    std::array<std::uint8_t, kHeaderBytes> header{};
    if (file_.read(offset_, header) != kHeaderBytes) return nullptr;
    Reader in(header);
    const auto magic = in.array<4>();
    const std::uint32_t size = in.u32();
    if (magic != magic_ || size > kBodyBytesMax) return nullptr;
    // Memory by what is there, not by what is claimed.
    if (file_.size() - offset_ - kHeaderBytes < size) return nullptr;
    auto body = std::make_shared<Bytes>(size);
    if (file_.read(offset_ + kHeaderBytes, *body) != size) return nullptr;
    offset_ += kHeaderBytes + size;
    return body;
}

Segments::Segments(FileSystem& files,
                   std::filesystem::path folder,
                   std::array<std::uint8_t, 4> magic,
                   std::uint64_t segment_bytes_max)
    : files_(files),
      folder_(std::move(folder)),
      magic_(magic),
      segment_bytes_max_(segment_bytes_max) {}

std::filesystem::path Segments::path(std::uint32_t segment) const {
    return folder_ / segment_name(segment);
}

void Segments::require(SegmentEnd end) const {
    const auto file = files_.open_existing(path(end.segment));
    const std::uint64_t size = file ? file->size() : 0;
    if (size >= end.offset) return;
    throw StoreError(path(end.segment).string() + (file ? " is truncated: " : " is missing: ") +
                     std::to_string(size) + " bytes of " + std::to_string(end.offset) + kAdvice);
}

Segments::Tail Segments::recover(SegmentEnd committed,
                                 const std::function<bool(const Shared<Bytes>&)>& good) {
    number_ = committed.segment;
    offset_ = committed.offset;
    std::vector<std::uint32_t> later;
    for (const std::string& name : files_.names(folder_)) {
        const auto number = segment_number(name);
        if (number && *number > number_) later.push_back(*number);
    }
    Tail tail;
    std::uint64_t tail_bytes = 0;
    const auto wanted = [&](const Shared<Bytes>& body) {
        return body && tail_bytes + body->size() <= kTailBytesMax && good(body);
    };
    while (true) {
        const auto file = files_.open_existing(path(number_));
        if (!file) break;
        FrameScanner scanner(*file, magic_, offset_);
        for (auto body = scanner.next(); wanted(body); body = scanner.next()) {
            tail_bytes += body->size();
            tail.emplace_back(place_of(*body), body);
            offset_ = scanner.offset();
        }
        if (offset_ < file->size() || later.empty() || later.front() != number_ + 1) break;
        later.erase(later.begin());
        ++number_;
        offset_ = 0;
    }
    cut(later);
    // A body that the kernel holds may not be on the disk yet.
    synced_ = tail.empty();
    return tail;
}

void Segments::cut(const std::vector<std::uint32_t>& later_segments) {
    for (const std::uint32_t number : later_segments)
        files_.remove(path(number));
    const auto file = files_.open_existing(path(number_));
    if (file && file->size() > offset_) {
        open_last();
        last_->truncate(offset_);
        last_->sync();
    }
    if (!later_segments.empty()) files_.sync_folder(folder_);
}

void Segments::open_last() {
    if (last_) return;
    const bool fresh = files_.open_existing(path(number_)) == nullptr;
    last_ = files_.open(path(number_));
    if (fresh) files_.sync_folder(folder_);
}

Place Segments::place_of(ByteView body) const {
    return {number_, offset_, static_cast<std::uint32_t>(body.size()), checksum_of(body)};
}

Place Segments::append(ByteView body) {
    assert(body.size() <= FrameScanner::kBodyBytesMax);
    if (offset_ > 0 && offset_ + FrameScanner::kHeaderBytes + body.size() > segment_bytes_max_) {
        sync();
        last_.reset();
        ++number_;
        offset_ = 0;
    }
    open_last();
    const Place place = place_of(body);
    Writer header;
    header.bytes(magic_);
    header.u32(place.size);
    synced_ = false;
    try {
        last_->append(header.out());
        last_->append(body);
    } catch (const StoreError&) {
        last_->truncate(offset_);
        throw;
    }
    offset_ = place.end().offset;
    return place;
}

void Segments::sync() {
    if (synced_) return;
    open_last();
    last_->sync();
    synced_ = true;
}

Shared<Bytes> Segments::read(const Place& place) const {
    const auto file = files_.open_existing(path(place.segment));
    Shared<Bytes> body;
    if (file) body = FrameScanner(*file, magic_, place.offset).next();
    if (body && body->size() == place.size && checksum_of(*body) == place.checksum) return body;
    throw StoreError(path(place.segment).string() + " is damaged at offset " +
                     std::to_string(place.offset) + kAdvice);
}

}  // namespace starling::chain
