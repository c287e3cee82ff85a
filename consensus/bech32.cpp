#include "consensus/bech32.h"

#include <array>
#include <numeric>
#include <utility>

namespace starling {

namespace {

constexpr std::string_view kAlphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
constexpr std::size_t kChecksumDigits = 6;

std::uint32_t constant(Bech32Checksum checksum) {
    return checksum == Bech32Checksum::bech32 ? 1 : 0x2bc830a3;
}

std::uint32_t polymod(ByteView digits) {
    constexpr std::array<std::uint32_t, 5> kGenerators{0x3b6a57b2, 0x26508e6d, 0x1ea119fa,
                                                       0x3d4233dd, 0x2a1462b3};
    std::uint32_t check = 1;
    for (const std::uint8_t digit : digits) {
        const std::uint32_t top = check >> 25;
        check = (check & 0x1ffffff) << 5 ^ digit;
        for (std::size_t i = 0; i < kGenerators.size(); ++i)
            if ((top >> i & 1) != 0) check ^= kGenerators[i];
    }
    return check;
}

// What the checksum is over: the prefix in two halves, and the digits.
Bytes expanded(std::string_view prefix, ByteView digits) {
    Bytes out;
    for (const char c : prefix)
        out.push_back(static_cast<std::uint8_t>(static_cast<unsigned char>(c) >> 5));
    out.push_back(0);
    for (const char c : prefix)
        out.push_back(static_cast<std::uint8_t>(c & 31));
    out.insert(out.end(), digits.begin(), digits.end());
    return out;
}

Failure<AddressError> failure(std::string message, std::vector<std::size_t> where = {}) {
    return {AddressError{std::move(message), std::move(where)}};
}

// In lower case, unless it is written in both or holds what cannot be printed.
Result<std::string, AddressError> folded(std::string_view text) {
    std::string out(text);
    std::vector<std::size_t> wrong;
    bool upper = false;
    bool lower = false;
    for (std::size_t i = 0; i < out.size(); ++i) {
        char& c = out[i];
        const bool is_upper = c >= 'A' && c <= 'Z';
        const bool is_lower = c >= 'a' && c <= 'z';
        if (c < 33 || c > 126 || (is_upper && lower) || (is_lower && upper)) wrong.push_back(i);
        upper |= is_upper && !lower;
        lower |= is_lower && !upper;
        if (is_upper) c = static_cast<char>(c - 'A' + 'a');
    }
    if (!wrong.empty()) return failure("Invalid character or mixed case", std::move(wrong));
    return out;
}

}  // namespace

std::string encode_bech32(const Bech32& parts) {
    Bytes checked = expanded(parts.prefix, parts.digits);
    checked.resize(checked.size() + kChecksumDigits);
    const std::uint32_t check = polymod(checked) ^ constant(parts.checksum);
    std::string text = parts.prefix + '1';
    for (const std::uint8_t digit : parts.digits)
        text += kAlphabet[digit];
    for (unsigned i = 0; i < kChecksumDigits; ++i)
        text += kAlphabet[check >> 5 * (kChecksumDigits - 1 - i) & 31];
    return text;
}

Result<Bech32, AddressError> decode_bech32(std::string_view text) {
    if (text.size() > Bech32::kCharactersMax) return failure("Bech32 string too long");
    const auto lower = folded(text);
    if (!lower) return Failure{lower.error()};
    const std::size_t separator = lower->rfind('1');
    if (separator == std::string::npos) return failure("Missing separator");
    if (separator == 0 || separator + kChecksumDigits >= lower->size())
        return failure("Invalid separator position", {separator});

    Bech32 out{.prefix = lower->substr(0, separator), .digits = {}};
    for (std::size_t i = separator + 1; i < lower->size(); ++i) {
        const std::size_t digit = kAlphabet.find((*lower)[i]);
        if (digit == std::string_view::npos) return failure("Invalid Base 32 character", {i});
        out.digits.push_back(static_cast<std::uint8_t>(digit));
    }
    const std::uint32_t check = polymod(expanded(out.prefix, out.digits));
    out.digits.resize(out.digits.size() - kChecksumDigits);
    for (const auto checksum : {Bech32Checksum::bech32, Bech32Checksum::bech32m}) {
        if (check != constant(checksum)) continue;
        out.checksum = checksum;
        return out;
    }
    return failure("Invalid checksum");
}

Bytes to_digits(ByteView bytes) {
    Bytes digits;
    unsigned held = 0;
    unsigned bits = 0;
    for (const std::uint8_t byte : bytes) {
        held = (held << 8 | byte) & 0xfff;
        for (bits += 8; bits >= 5; bits -= 5)
            digits.push_back(held >> (bits - 5) & 31);
    }
    if (bits > 0) digits.push_back(held << (5 - bits) & 31);
    return digits;
}

std::optional<Bytes> from_digits(ByteView digits) {
    Bytes bytes;
    unsigned held = 0;
    unsigned bits = 0;
    for (const std::uint8_t digit : digits) {
        held = (held << 5 | digit) & 0xfff;
        bits += 5;
        if (bits < 8) continue;
        bits -= 8;
        bytes.push_back(held >> bits & 0xff);
    }
    const bool filled_with_zeros = (held & ((1U << bits) - 1)) == 0;
    if (bits >= 5 || !filled_with_zeros) return std::nullopt;
    return bytes;
}

}  // namespace starling
