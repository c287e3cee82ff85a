#include "p2p/identity/rlp.h"

#include <utility>

namespace starling::p2p {

namespace {

constexpr std::uint8_t kString = 0x80;      // and the size, up to 55
constexpr std::uint8_t kList = 0xc0;        // likewise
constexpr std::uint8_t kShortSizeMax = 55;  // beyond it, 55 and the size of the size
constexpr std::size_t kNumberBytesMax = 8;  // of a size, too

// Without leading zeros.
Bytes big_endian(std::uint64_t value) {
    Bytes digits;
    for (int shift = 56; shift >= 0; shift -= 8) {
        if (value >> shift != 0) digits.push_back(static_cast<std::uint8_t>(value >> shift));
    }
    return digits;
}

void append_prefix(Bytes& out, std::uint8_t kind, std::size_t size) {
    if (size <= kShortSizeMax) {
        out.push_back(static_cast<std::uint8_t>(kind + size));
        return;
    }
    const Bytes digits = big_endian(size);
    out.push_back(static_cast<std::uint8_t>(kind + kShortSizeMax + digits.size()));
    out.insert(out.end(), digits.begin(), digits.end());
}

// Nothing where a number has a leading zero or does not fit.
std::optional<std::uint64_t> from_big_endian(ByteView bytes) {
    if (bytes.size() > kNumberBytesMax || (!bytes.empty() && bytes[0] == 0)) return std::nullopt;
    std::uint64_t value = 0;
    for (const std::uint8_t byte : bytes)
        value = value << 8 | byte;
    return value;
}

// Where the first item's contents are.
struct Extent {
    std::size_t prefix = 0;
    std::size_t contents = 0;
};

// Of an item with this prefix byte, when the size comes behind it in `size_bytes` bytes.
std::optional<Extent> long_extent(ByteView bytes, std::size_t size_bytes) {
    if (bytes.size() <= size_bytes) return std::nullopt;
    const auto size = from_big_endian(bytes.subspan(1, size_bytes));
    if (!size || *size <= kShortSizeMax) return std::nullopt;
    const std::size_t prefix = 1 + size_bytes;
    if (*size > bytes.size() - prefix) return std::nullopt;
    return Extent{prefix, static_cast<std::size_t>(*size)};
}

std::optional<Extent> first_extent(ByteView bytes) {
    if (bytes.empty()) return std::nullopt;
    if (bytes[0] < kString) return Extent{0, 1};
    const std::uint8_t kind = bytes[0] < kList ? kString : kList;
    const auto size = static_cast<std::size_t>(bytes[0] - kind);
    if (size > kShortSizeMax) return long_extent(bytes, size - kShortSizeMax);
    if (size > bytes.size() - 1) return std::nullopt;
    if (kind == kString && size == 1 && bytes[1] < kString) return std::nullopt;
    return Extent{1, size};
}

}  // namespace

void RlpWriter::string(ByteView bytes) {
    if (bytes.size() != 1 || bytes[0] >= kString) append_prefix(bytes_, kString, bytes.size());
    raw(bytes);
}

void RlpWriter::number(std::uint64_t value) {
    string(big_endian(value));
}

void RlpWriter::list(ByteView items) {
    append_prefix(bytes_, kList, items.size());
    raw(items);
}

void RlpWriter::raw(ByteView item) {
    bytes_.insert(bytes_.end(), item.begin(), item.end());
}

Bytes RlpWriter::take() {
    return std::exchange(bytes_, {});
}

bool RlpReader::at_list() const {
    return !bytes_.empty() && bytes_[0] >= kList;
}

ByteView RlpReader::item() {
    const auto extent = first_extent(bytes_);
    if (!extent) {
        fail();
        return {};
    }
    const std::size_t size = extent->prefix + extent->contents;
    const ByteView whole = bytes_.first(size);
    bytes_ = bytes_.subspan(size);
    return whole;
}

// The next item's contents, if it is of the kind that is asked for.
std::optional<ByteView> RlpReader::contents(bool of_list) {
    if (at_list() != of_list) fail();
    const ByteView whole = item();
    if (failed_) return std::nullopt;
    return whole.subspan(first_extent(whole)->prefix);
}

ByteView RlpReader::string() {
    return contents(false).value_or(ByteView());
}

std::uint64_t RlpReader::number() {
    const ByteView digits = string();
    const auto value = from_big_endian(digits);
    if (!value) fail();
    return value.value_or(0);
}

RlpReader RlpReader::list() {
    const auto items = contents(true);
    RlpReader reader(items.value_or(ByteView()));
    if (!items) reader.fail();
    return reader;
}

}  // namespace starling::p2p
