#include "p2p/plain_transport.h"

#include "consensus/hash.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace starling::p2p {
namespace {

constexpr std::size_t kMagicBytes = 4;
constexpr std::size_t kCommandBytes = 12;

std::array<std::uint8_t, 4> checksum_of(ByteView payload) {
    const Hash256 hash = sha256d(payload);
    return {hash.bytes[0], hash.bytes[1], hash.bytes[2], hash.bytes[3]};
}

// Printable characters, then zeros.
bool well_formed(ByteView command) {
    const auto end = std::ranges::find(command, 0);
    return std::all_of(command.begin(), end,
                       [](std::uint8_t c) { return c >= 0x20 && c < 0x7f; }) &&
           std::all_of(end, command.end(), [](std::uint8_t c) { return c == 0; });
}

}  // namespace

Bytes encode_plain(const std::array<std::uint8_t, 4>& magic,
                   std::string_view command,
                   ByteView payload) {
    assert(command.size() <= kCommandBytes && payload.size() <= kMessageBytesMax);
    std::array<std::uint8_t, kCommandBytes> padded{};
    std::ranges::copy(command, padded.begin());
    Writer out;
    out.reserve(kPlainHeaderBytes + payload.size());
    out.bytes(magic);
    out.bytes(padded);
    out.u32(static_cast<std::uint32_t>(payload.size()));
    out.bytes(checksum_of(payload));
    out.bytes(payload);
    return out.take();
}

Message decode(const PlainFrame& frame, const Parameters& parameters) {
    if (checksum_of(*frame.payload) != frame.checksum)
        return Malformed{frame.command, "wrong checksum"};
    return decode(frame.command, frame.payload, parameters);
}

std::string_view describe(FramingError error) {
    switch (error) {
        case FramingError::foreign_magic:
            return "not this network's magic";
        case FramingError::bad_command:
            return "a command that is no text";
        case FramingError::too_long:
            return "a message over the limit";
    }
    assert(false);
    return {};
}

std::optional<FramingError> PlainDecoder::feed(ByteView bytes, std::vector<PlainFrame>& out) {
    assert(!failed_);
    while (!bytes.empty()) {
        if (header_bytes_ < kPlainHeaderBytes) {
            bytes = take_header(bytes);
            if (const auto error = check_header()) {
                failed_ = true;
                return error;
            }
        }
        if (header_bytes_ < kPlainHeaderBytes) break;
        const std::size_t wanted = std::min(bytes.size(), payload_length_ - payload_.size());
        payload_.insert(payload_.end(), bytes.begin(), bytes.begin() + static_cast<long>(wanted));
        bytes = bytes.subspan(wanted);
        if (payload_.size() == payload_length_) finish(out);
    }
    return std::nullopt;
}

// Moves bytes into the header as far as it is not full; gives the rest.
ByteView PlainDecoder::take_header(ByteView bytes) {
    const std::size_t taken = std::min(bytes.size(), kPlainHeaderBytes - header_bytes_);
    std::copy_n(bytes.begin(), taken, header_.begin() + static_cast<long>(header_bytes_));
    header_bytes_ += taken;
    return bytes.subspan(taken);
}

std::optional<FramingError> PlainDecoder::check_header() {
    const std::size_t magic_there = std::min(header_bytes_, kMagicBytes);
    if (!std::equal(header_.begin(), header_.begin() + static_cast<long>(magic_there),
                    magic_.begin()))
        return FramingError::foreign_magic;
    if (header_bytes_ < kPlainHeaderBytes) return std::nullopt;

    const ByteView command = ByteView(header_).subspan(kMagicBytes, kCommandBytes);
    if (!well_formed(command)) return FramingError::bad_command;
    Reader in(ByteView(header_).subspan(kMagicBytes + kCommandBytes));
    payload_length_ = in.u32();
    if (payload_length_ > kMessageBytesMax) return FramingError::too_long;
    return std::nullopt;
}

void PlainDecoder::finish(std::vector<PlainFrame>& out) {
    const auto command = header_.begin() + kMagicBytes;
    const auto command_end = std::find(command, command + kCommandBytes, 0);
    PlainFrame frame;
    frame.command.assign(command, command_end);
    std::copy(header_.end() - 4, header_.end(), frame.checksum.begin());
    frame.payload = std::make_shared<const Bytes>(std::move(payload_));
    out.push_back(std::move(frame));
    payload_ = Bytes();
    header_bytes_ = 0;
    payload_length_ = 0;
}

}  // namespace starling::p2p
