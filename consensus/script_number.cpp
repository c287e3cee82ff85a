#include "consensus/script_number.h"

namespace starling {

std::optional<std::int64_t> script_number(ByteView bytes, std::size_t size_max) {
    if (bytes.size() > size_max) return std::nullopt;
    if (bytes.empty()) return 0;
    const std::uint8_t last = bytes.back();
    std::int64_t value = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const std::uint8_t byte = i + 1 == bytes.size() ? last & 0x7f : bytes[i];
        value |= std::int64_t{byte} << 8 * i;
    }
    return (last & 0x80) != 0 ? -value : value;
}

bool is_minimal_number(ByteView bytes) {
    if (bytes.empty() || (bytes.back() & 0x7f) != 0) return true;
    // Only a sign that would not fit into the byte before may have a byte of its own.
    return bytes.size() > 1 && (bytes[bytes.size() - 2] & 0x80) != 0;
}

Bytes script_number_bytes(std::int64_t value) {
    Bytes out;
    auto rest =
        value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
    for (; rest != 0; rest >>= 8)
        out.push_back(static_cast<std::uint8_t>(rest & 0xff));
    if (out.empty()) return out;
    if ((out.back() & 0x80) != 0) out.push_back(0);
    if (value < 0) out.back() |= 0x80;
    return out;
}

bool script_truth(ByteView bytes) {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (bytes[i] != 0) return i + 1 != bytes.size() || bytes[i] != 0x80;
    }
    return false;
}

}  // namespace starling
