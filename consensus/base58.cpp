#include "consensus/base58.h"

#include "consensus/hash.h"

#include <algorithm>

namespace starling {

namespace {

constexpr std::string_view kAlphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
constexpr std::size_t kChecksumBytes = 4;

// Writes a number in another base. Digits are most significant first, without leading zeros.
Bytes rebased(ByteView digits, unsigned from, unsigned to) {
    Bytes out;  // least significant first
    for (const std::uint8_t digit : digits) {
        unsigned carry = digit;
        for (std::uint8_t& place : out) {
            carry += place * from;
            place = static_cast<std::uint8_t>(carry % to);
            carry /= to;
        }
        for (; carry != 0; carry /= to)
            out.push_back(static_cast<std::uint8_t>(carry % to));
    }
    std::ranges::reverse(out);
    return out;
}

ByteView without_leading_zeros(ByteView bytes) {
    const auto first = std::ranges::find_if(bytes, [](std::uint8_t b) { return b != 0; });
    return bytes.subspan(static_cast<std::size_t>(first - bytes.begin()));
}

}  // namespace

std::string base58check(ByteView bytes) {
    Bytes checked(bytes.begin(), bytes.end());
    const Hash256 hash = sha256d(bytes);
    checked.insert(checked.end(), hash.bytes.begin(), hash.bytes.begin() + kChecksumBytes);
    const ByteView number = without_leading_zeros(checked);
    std::string text(checked.size() - number.size(), kAlphabet[0]);
    for (const std::uint8_t digit : rebased(number, 256, 58))
        text += kAlphabet[digit];
    return text;
}

std::optional<Bytes> from_base58check(std::string_view text, std::size_t bytes_max) {
    if (text.size() > 2 * (bytes_max + kChecksumBytes)) return std::nullopt;
    Bytes digits;
    for (const char c : text) {
        const std::size_t digit = kAlphabet.find(c);
        if (digit == std::string_view::npos) return std::nullopt;
        digits.push_back(static_cast<std::uint8_t>(digit));
    }
    const ByteView number = without_leading_zeros(digits);
    Bytes bytes(digits.size() - number.size());
    const Bytes rest = rebased(number, 58, 256);
    bytes.insert(bytes.end(), rest.begin(), rest.end());
    if (bytes.size() < kChecksumBytes || bytes.size() > bytes_max + kChecksumBytes)
        return std::nullopt;
    const Bytes checksum(bytes.end() - kChecksumBytes, bytes.end());
    bytes.resize(bytes.size() - kChecksumBytes);
    const Hash256 hash = sha256d(bytes);
    if (!std::ranges::equal(checksum, ByteView(hash.bytes).first(kChecksumBytes)))
        return std::nullopt;
    return bytes;
}

}  // namespace starling
