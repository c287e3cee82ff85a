#include "consensus/serialize.h"

#include <bit>
#include <cassert>
#include <cstring>

namespace starling {

static_assert(std::endian::native == std::endian::little, "fields are copied as they lie");

std::size_t compact_size_bytes(std::uint64_t v) {
    if (v < 0xfd) return 1;
    if (v <= 0xffff) return 3;
    return v <= 0xffff'ffff ? 5 : 9;
}

template <class T>
T Reader::little_endian() {
    const ByteView from = view(sizeof(T));
    T v = 0;
    if (!from.empty()) std::memcpy(&v, from.data(), sizeof v);
    return v;
}

std::uint8_t Reader::u8() {
    return little_endian<std::uint8_t>();
}

std::uint16_t Reader::u16() {
    return little_endian<std::uint16_t>();
}

std::uint32_t Reader::u32() {
    return little_endian<std::uint32_t>();
}

std::uint64_t Reader::u64() {
    return little_endian<std::uint64_t>();
}

std::uint64_t Reader::compact_size(std::uint64_t max) {
    const std::uint8_t first = u8();
    std::uint64_t v = first;
    std::size_t read = 1;
    if (first == 0xfd) v = u16(), read = 3;
    if (first == 0xfe) v = u32(), read = 5;
    if (first == 0xff) v = u64(), read = 9;
    if (v > max || read != compact_size_bytes(v)) fail();
    return failed_ ? 0 : v;
}

ByteView Reader::view(std::size_t size) {
    if (failed_ || size > remaining()) {
        fail();
        return {};
    }
    const ByteView seen = bytes_.subspan(position_, size);
    position_ += size;
    return seen;
}

Bytes Reader::bytes(std::size_t size) {
    const ByteView seen = view(size);
    return {seen.begin(), seen.end()};
}

Bytes Reader::sized_bytes(std::uint64_t max) {
    return bytes(compact_size(max));
}

ByteView Reader::read_since(std::size_t position) const {
    assert(position <= position_);
    return bytes_.subspan(position, position_ - position);
}

template <class T>
void Writer::little_endian(T v) {
    std::array<std::uint8_t, sizeof(T)> raw{};
    std::memcpy(raw.data(), &v, sizeof v);
    bytes(raw);
}

void Writer::u16(std::uint16_t v) {
    little_endian(v);
}

void Writer::u32(std::uint32_t v) {
    little_endian(v);
}

void Writer::u64(std::uint64_t v) {
    little_endian(v);
}

void Writer::compact_size(std::uint64_t v) {
    switch (compact_size_bytes(v)) {
        case 1:
            return u8(static_cast<std::uint8_t>(v));
        case 3:
            return u8(0xfd), u16(static_cast<std::uint16_t>(v));
        case 5:
            return u8(0xfe), u32(static_cast<std::uint32_t>(v));
        default:
            return u8(0xff), u64(v);
    }
}

void Writer::sized_bytes(ByteView v) {
    compact_size(v.size());
    bytes(v);
}

}  // namespace starling
