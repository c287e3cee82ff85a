#include "consensus/digest.h"

#include "consensus/hex.h"

namespace starling {

std::string reversed_hex(const std::array<std::uint8_t, 32>& bytes) {
    std::array<std::uint8_t, 32> reversed = bytes;
    std::ranges::reverse(reversed);
    return hex(reversed);
}

std::optional<std::array<std::uint8_t, 32>> from_reversed_hex(std::string_view text) {
    const auto parsed = from_hex(text);
    if (!parsed || parsed->size() != 32) return std::nullopt;
    std::array<std::uint8_t, 32> bytes{};
    std::ranges::reverse_copy(*parsed, bytes.begin());
    return bytes;
}

}  // namespace starling
