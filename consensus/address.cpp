#include "consensus/address.h"

#include "consensus/script.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdint>

namespace starling {

namespace {

constexpr std::string_view kAlphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
constexpr std::uint32_t kBech32 = 1;
constexpr std::uint32_t kBech32m = 0x2bc830a3;
constexpr std::size_t kChecksumDigits = 6;
constexpr std::size_t kAddressCharactersMax = 90;

using Digits = std::vector<std::uint8_t>;  // of 5 bits

std::uint32_t polymod(const Digits& digits) {
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

Digits expanded(std::string_view prefix) {
    Digits out;
    for (const char c : prefix)
        out.push_back(static_cast<std::uint8_t>(static_cast<unsigned char>(c) >> 5));
    out.push_back(0);
    for (const char c : prefix)
        out.push_back(static_cast<std::uint8_t>(c & 31));
    return out;
}

// Regroups bits, most significant first. When shortening the groups pads with zeros; when
// lengthening gives nothing if the rest is a whole group or not zero.
std::optional<Bytes> regroup(ByteView from, unsigned from_bits, unsigned to_bits, bool pad) {
    Bytes out;
    unsigned held = 0, bits = 0;
    for (const std::uint8_t value : from) {
        held = (held << from_bits | value) & 0xfff;
        bits += from_bits;
        for (; bits >= to_bits; bits -= to_bits)
            out.push_back(
                static_cast<std::uint8_t>(held >> (bits - to_bits) & ((1u << to_bits) - 1)));
    }
    const unsigned rest = held & ((1u << bits) - 1);
    if (pad) {
        if (bits > 0) out.push_back(static_cast<std::uint8_t>(rest << (to_bits - bits)));
    } else if (bits >= from_bits || rest != 0) {
        return std::nullopt;
    }
    return out;
}

std::uint32_t checksum_constant(int version) {
    return version == 0 ? kBech32 : kBech32m;
}

AddressError error(std::string message, std::vector<std::size_t> where = {}) {
    return {std::move(message), std::move(where)};
}

// Lower case, unless upper and lower case are mixed.
Result<std::string, AddressError> folded(std::string_view address) {
    std::string text(address);
    bool upper = false, lower = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char& c = text[i];
        if (c < 33 || c > 126) return Failure{error("Invalid character", {i})};
        lower |= c >= 'a' && c <= 'z';
        if (c < 'A' || c > 'Z') continue;
        upper = true;
        c = static_cast<char>(c - 'A' + 'a');
    }
    if (upper && lower) return Failure{error("Mixed case")};
    return text;
}

Result<Digits, AddressError> data_digits(const std::string& text, std::size_t from) {
    Digits digits;
    for (std::size_t i = from; i < text.size(); ++i) {
        const std::size_t digit = kAlphabet.find(text[i]);
        if (digit == std::string_view::npos)
            return Failure{error("Invalid Base 32 character", {i})};
        digits.push_back(static_cast<std::uint8_t>(digit));
    }
    return digits;
}

Result<Bytes, AddressError> script_of(const Digits& digits) {
    const int version = digits[0];
    const auto program =
        regroup(ByteView(digits).subspan(1, digits.size() - 1 - kChecksumDigits), 5, 8, false);
    if (version > 16) return Failure{error("Invalid Bech32 address witness version")};
    if (!program || program->size() < 2 || program->size() > 40)
        return Failure{error("Invalid Bech32 address program size")};
    if (version == 0 && program->size() != 20 && program->size() != 32)
        return Failure{error("Invalid Bech32 v0 address program size")};
    return witness_script(version, *program);
}

}  // namespace

std::string segwit_address(std::string_view prefix, int version, ByteView program) {
    Digits digits{static_cast<std::uint8_t>(version)};
    const auto regrouped = regroup(program, 8, 5, true);
    digits.insert(digits.end(), regrouped->begin(), regrouped->end());
    Digits checked = expanded(prefix);
    checked.insert(checked.end(), digits.begin(), digits.end());
    checked.resize(checked.size() + kChecksumDigits);
    const std::uint32_t check = polymod(checked) ^ checksum_constant(version);
    for (unsigned i = 0; i < kChecksumDigits; ++i)
        digits.push_back(check >> 5 * (5 - i) & 31);
    std::string text = std::string(prefix) + '1';
    for (const std::uint8_t digit : digits)
        text += kAlphabet[digit];
    return text;
}

Result<Bytes, AddressError> script_of_address(std::string_view address, std::string_view prefix) {
    if (address.size() > kAddressCharactersMax)
        return Failure{error("Bech32 string too long", {kAddressCharactersMax})};
    const auto text = folded(address);
    if (!text) return Failure{text.error()};
    const std::size_t separator = text->rfind('1');
    if (separator == std::string::npos || separator == 0)
        return Failure{error("Missing separator")};
    if (text->substr(0, separator) != prefix) {
        return Failure{
            error("Invalid or unsupported prefix for a Segwit (Bech32) address "
                  "(expected " +
                  std::string(prefix) + ", got " + text->substr(0, separator) + ").")};
    }
    const auto digits = data_digits(*text, separator + 1);
    if (!digits) return Failure{digits.error()};
    if (digits->size() < 1 + kChecksumDigits) return Failure{error("Empty Bech32 data section")};
    Digits checked = expanded(prefix);
    checked.insert(checked.end(), digits->begin(), digits->end());
    const std::uint32_t check = polymod(checked);
    if (check != kBech32 && check != kBech32m) return Failure{error("Invalid checksum")};
    if (check != checksum_constant((*digits)[0])) {
        return Failure{error((*digits)[0] == 0
                                 ? "Version 0 witness address must use Bech32 checksum"
                                 : "Version 1+ witness address must use Bech32m checksum")};
    }
    return script_of(*digits);
}

std::optional<std::string> address_of_script(ByteView script, std::string_view prefix) {
    const auto program = witness_program(script);
    if (!program) return std::nullopt;
    if (program->version == 0 && program->program.size() != 20 && program->program.size() != 32)
        return std::nullopt;
    return segwit_address(prefix, program->version, program->program);
}

}  // namespace starling
