#pragma once

#include "consensus/bytes.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace starling {

// Bitcoin Core's MAX_SIZE: no count or length in any message or block exceeds it.
constexpr std::uint64_t kCompactSizeMax = 0x0200'0000;

// Bytes of the compact size that says `v`.
std::size_t compact_size_bytes(std::uint64_t v);

// Reads little-endian fields from bytes that anyone may have written.
//
// A read past the end, or a value that is not canonical, sets failed() and gives zeros from then
// on, so that a decoder checks once at its end.
class Reader {
public:
    explicit Reader(ByteView bytes) : bytes_(bytes) {}

    std::uint8_t u8();
    std::uint16_t u16();
    std::uint32_t u32();
    std::uint64_t u64();
    std::int32_t i32() { return static_cast<std::int32_t>(u32()); }
    std::int64_t i64() { return static_cast<std::int64_t>(u64()); }
    // Bitcoin's compact size; fails if it is not the shortest form or over `max`.
    std::uint64_t compact_size(std::uint64_t max);
    ByteView view(std::size_t size);       // the next `size` bytes, not copied
    Bytes bytes(std::size_t size);         // the same, copied
    Bytes sized_bytes(std::uint64_t max);  // a compact size and that many bytes
    template <std::size_t N>
    std::array<std::uint8_t, N> array();

    [[nodiscard]] std::size_t position() const { return position_; }
    [[nodiscard]] std::size_t remaining() const { return bytes_.size() - position_; }
    [[nodiscard]] ByteView read_since(std::size_t position) const;
    [[nodiscard]] bool failed() const { return failed_; }
    // True if nothing failed and nothing is left.
    [[nodiscard]] bool finished() const { return !failed_ && remaining() == 0; }
    void fail() { failed_ = true; }

private:
    template <class T>
    T little_endian();

    ByteView bytes_;
    std::size_t position_ = 0;
    bool failed_ = false;
};

// Appends little-endian fields to bytes it owns.
class Writer {
public:
    void u8(std::uint8_t v) { out_.push_back(v); }
    void u16(std::uint16_t v);
    void u32(std::uint32_t v);
    void u64(std::uint64_t v);
    void i32(std::int32_t v) { u32(static_cast<std::uint32_t>(v)); }
    void i64(std::int64_t v) { u64(static_cast<std::uint64_t>(v)); }
    void compact_size(std::uint64_t v);
    void bytes(ByteView v) { out_.insert(out_.end(), v.begin(), v.end()); }
    void sized_bytes(ByteView v);
    void reserve(std::size_t n) { out_.reserve(n); }

    [[nodiscard]] std::size_t size() const { return out_.size(); }
    [[nodiscard]] const Bytes& out() const { return out_; }
    Bytes take() { return std::move(out_); }

private:
    template <class T>
    void little_endian(T v);

    Bytes out_;
};

template <std::size_t N>
std::array<std::uint8_t, N> Reader::array() {
    std::array<std::uint8_t, N> out{};
    const ByteView from = view(N);
    std::ranges::copy(from, out.begin());
    return out;
}

}  // namespace starling
