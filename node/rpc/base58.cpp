#include "node/rpc/base58.h"

#include "consensus/hash.h"

#include <algorithm>
#include <array>

namespace starling::rpc {

namespace {

constexpr std::string_view kAlphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
constexpr std::size_t kChecksumBytes = 4;

// A number in another base: digits most significant first, without leading zeros.
Bytes rebased(ByteView digits, unsigned from, unsigned to) {
    Bytes out;  // least significant first
    for (const std::uint8_t digit : digits) {
        unsigned carry = digit;
        for (std::uint8_t& place : out) {
            carry += from * place;
            place = static_cast<std::uint8_t>(carry % to);
            carry /= to;
        }
        for (; carry != 0; carry /= to)
            out.push_back(static_cast<std::uint8_t>(carry % to));
    }
    std::ranges::reverse(out);
    return out;
}

std::size_t leading_zeros(ByteView bytes) {
    const auto end = std::ranges::find_if(bytes, [](std::uint8_t b) { return b != 0; });
    return static_cast<std::size_t>(end - bytes.begin());
}

}  // namespace

std::string base58check(ByteView payload) {
    Bytes bytes(payload.begin(), payload.end());
    const Hash256 checksum = sha256d(payload);
    bytes.insert(bytes.end(), checksum.bytes.begin(), checksum.bytes.begin() + kChecksumBytes);
    // Each leading zero byte is a digit of its own: the number would lose it.
    std::string out(leading_zeros(bytes), kAlphabet.front());
    for (const std::uint8_t digit : rebased(bytes, 256, 58))
        out += kAlphabet[digit];
    return out;
}

std::optional<Bytes> from_base58check(std::string_view text, std::size_t bytes_max) {
    // A byte is at most 1.37 digits.
    if (text.size() > (bytes_max + kChecksumBytes) * 138 / 100 + 1) return std::nullopt;
    Bytes digits;
    for (const char c : text) {
        const std::size_t digit = kAlphabet.find(c);
        if (digit == std::string_view::npos) return std::nullopt;
        digits.push_back(static_cast<std::uint8_t>(digit));
    }
    Bytes bytes(leading_zeros(digits), 0);
    const Bytes number = rebased(digits, 58, 256);
    bytes.insert(bytes.end(), number.begin(), number.end());
    if (bytes.size() < kChecksumBytes || bytes.size() > bytes_max + kChecksumBytes)
        return std::nullopt;
    const auto payload = ByteView(bytes).first(bytes.size() - kChecksumBytes);
    const Hash256 checksum = sha256d(payload);
    if (!std::equal(payload.end(), ByteView(bytes).end(), checksum.bytes.begin()))
        return std::nullopt;
    return Bytes(payload.begin(), payload.end());
}

}  // namespace starling::rpc
