#include "p2p/message_cutter.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace starling::p2p {

namespace {

bool well_formed(ByteView command) {
    const auto end = std::ranges::find(command, 0);
    return std::all_of(command.begin(), end,
                       [](std::uint8_t c) { return c >= 0x20 && c < 0x7f; }) &&
           std::all_of(end, command.end(), [](std::uint8_t c) { return c == 0; });
}

}  // namespace

void reserve_for(std::size_t arriving, std::size_t claimed, Bytes& held) {
    const std::size_t needed = held.size() + arriving;
    if (needed > held.capacity()) held.reserve(std::min(claimed, 3 * needed));
}

std::array<std::uint8_t, kCommandBytes> padded_command(std::string_view command) {
    assert(command.size() <= kCommandBytes);
    std::array<std::uint8_t, kCommandBytes> padded{};
    std::ranges::copy(command, padded.begin());
    return padded;
}

std::optional<TransportError> MessageCutter::feed(ByteView bytes, std::vector<RawMessage>& out) {
    assert(!failed_);
    while (!bytes.empty()) {
        if (header_there_ < header_bytes_) {
            if (const auto error = take_header(bytes)) {
                failed_ = true;
                return error;
            }
        }
        if (header_there_ < header_bytes_) break;
        const ByteView taken =
            bytes.first(std::min(bytes.size(), payload_bytes_ - payload_.size()));
        reserve_for(taken.size(), payload_bytes_, payload_);
        payload_.insert(payload_.end(), taken.begin(), taken.end());
        bytes = bytes.subspan(taken.size());
        if (payload_.size() == payload_bytes_) finish(out);
    }
    return std::nullopt;
}

// Moves bytes into the header as far as it is not full.
std::optional<TransportError> MessageCutter::take_header(ByteView& bytes) {
    const std::size_t taken = std::min(bytes.size(), header_bytes_ - header_there_);
    std::copy_n(bytes.begin(), taken, header_.begin() + static_cast<long>(header_there_));
    header_there_ += taken;
    bytes = bytes.subspan(taken);

    const ByteView there = ByteView(header_).first(header_there_);
    if (const auto error = check_start(there)) return error;
    if (header_there_ < header_bytes_) return std::nullopt;
    const Header header = read(there);
    if (!well_formed(header.command)) return TransportError::bad_command;
    if (header.payload_bytes > kMessageBytesMax) return TransportError::too_long;
    payload_bytes_ = header.payload_bytes;
    return std::nullopt;
}

void MessageCutter::finish(std::vector<RawMessage>& out) {
    const Header header = read(ByteView(header_).first(header_bytes_));
    RawMessage& message = out.emplace_back();
    message.command.assign(header.command.begin(), std::ranges::find(header.command, 0));
    message.checksum = header.checksum;
    message.header_bytes = header_bytes_;
    message.payload = std::make_shared<const Bytes>(std::move(payload_));
    payload_ = Bytes();
    header_there_ = 0;
    payload_bytes_ = 0;
}

}  // namespace starling::p2p
