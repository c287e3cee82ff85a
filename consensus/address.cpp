#include "consensus/address.h"

#include "consensus/base58.h"
#include "consensus/script.h"

#include <algorithm>
#include <cstdint>

namespace starling {

namespace {

constexpr std::size_t kProgramBytesMin = 2;
constexpr std::size_t kProgramBytesMax = 40;
constexpr std::size_t kHashBytes = 20;
// The first byte of legacy addresses on all of Bitcoin's test networks.
constexpr std::uint8_t kKeyHashPrefix = 111;
constexpr std::uint8_t kScriptHashPrefix = 196;

Bytes joined(std::initializer_list<std::uint8_t> head,
             ByteView hash,
             std::initializer_list<std::uint8_t> tail) {
    Bytes out(head);
    out.insert(out.end(), hash.begin(), hash.end());
    out.insert(out.end(), tail);
    return out;
}

bool starts_with_prefix(std::string_view address, std::string_view prefix) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c; };
    return std::ranges::equal(address.substr(0, prefix.size()), prefix, {}, lower);
}

Failure<AddressError> failure(std::string message) {
    return {AddressError{std::move(message), {}}};
}

Result<Bytes, AddressError> script_of_base58(std::string_view address) {
    constexpr std::size_t kBase58BytesMax = 100;
    const auto bytes = from_base58check(address, kBase58BytesMax);
    if (!bytes || bytes->empty())
        return failure("Invalid or unsupported Segwit (Bech32) or Base58 encoding.");
    const ByteView hash = ByteView(*bytes).subspan(1);
    const std::uint8_t kind = bytes->front();
    if (kind != kKeyHashPrefix && kind != kScriptHashPrefix)
        return failure("Invalid or unsupported Base58-encoded address.");
    if (hash.size() != kHashBytes)
        return failure("Invalid length for Base58 address (P2PKH or P2SH)");
    if (kind == kScriptHashPrefix) return joined({OP_HASH160, kHashBytes}, hash, {OP_EQUAL});
    return joined({OP_DUP, OP_HASH160, kHashBytes}, hash, {OP_EQUALVERIFY, OP_CHECKSIG});
}

Result<Bytes, AddressError> script_of_program(int version, const Bytes& program) {
    const std::size_t size = program.size();
    const std::string shown = std::to_string(size) + (size == 1 ? " byte)" : " bytes)");
    if (version == 0 && size != 20 && size != 32)
        return failure("Invalid Bech32 v0 address program size (" + shown + ", per BIP141");
    if (version > 16) return failure("Invalid Bech32 address witness version");
    if (size < kProgramBytesMin || size > kProgramBytesMax)
        return failure("Invalid Bech32 address program size (" + shown);
    return witness_script(version, program);
}

Result<Bytes, AddressError> script_of_bech32(const Bech32& parts, std::string_view prefix) {
    if (parts.digits.empty()) return failure("Empty Bech32 data section");
    if (parts.prefix != prefix) {
        return failure("Invalid or unsupported prefix for Segwit (Bech32) address (expected " +
                       std::string(prefix) + ", got " + parts.prefix + ").");
    }
    const int version = parts.digits.front();
    if (version == 0 && parts.checksum != Bech32Checksum::bech32)
        return failure("Version 0 witness address must use Bech32 checksum");
    if (version != 0 && parts.checksum != Bech32Checksum::bech32m)
        return failure("Version 1+ witness address must use Bech32m checksum");
    const auto program = from_digits(ByteView(parts.digits).subspan(1));
    if (!program) return failure("Invalid padding in Bech32 data section");
    return script_of_program(version, *program);
}

}  // namespace

std::string segwit_address(std::string_view prefix, int version, ByteView program) {
    Bech32 parts{.prefix = std::string(prefix), .digits = to_digits(program)};
    parts.digits.insert(parts.digits.begin(), static_cast<std::uint8_t>(version));
    if (version == 0) parts.checksum = Bech32Checksum::bech32;
    return encode_bech32(parts);
}

Result<Bytes, AddressError> script_of_address(std::string_view address, std::string_view prefix) {
    const auto parts = decode_bech32(address);
    if (parts) return script_of_bech32(*parts, prefix);
    if (starts_with_prefix(address, prefix)) return Failure{parts.error()};
    return script_of_base58(address);
}

std::optional<std::string> address_of_script(ByteView script, std::string_view prefix) {
    const std::string_view type = script_type(script);
    if (type == "pubkeyhash")
        return base58check(joined({kKeyHashPrefix}, script.subspan(3, kHashBytes), {}));
    if (type == "scripthash")
        return base58check(joined({kScriptHashPrefix}, script.subspan(2, kHashBytes), {}));
    const auto program = witness_program(script);
    if (!program || type == "nonstandard") return std::nullopt;
    return segwit_address(prefix, program->version, program->program);
}

}  // namespace starling
