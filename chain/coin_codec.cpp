#include "chain/coin_codec.h"

#include <limits>

namespace starling::chain {
namespace {

// A Taproot output: OP_1 and a push of 32 bytes. Written as form 0 and the 32 bytes; any other
// script as its length plus one and the script.
constexpr std::uint8_t kOp1 = 0x51;
constexpr std::size_t kTaprootKeyBytes = 32;
constexpr std::uint64_t kTaprootForm = 0;

bool is_taproot(ByteView script) {
    return script.size() == 2 + kTaprootKeyBytes && script[0] == kOp1 &&
           script[1] == kTaprootKeyBytes;
}

}  // namespace

void encode_number(Bytes& out, std::uint64_t value) {
    while (value >= 0x80) {
        out.push_back(static_cast<std::uint8_t>(value | 0x80));
        value >>= 7;
    }
    out.push_back(static_cast<std::uint8_t>(value));
}

std::uint64_t decode_number(Reader& in) {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        const std::uint8_t byte = in.u8();
        const std::uint64_t bits = byte & 0x7fu;
        if (shift == 63 && bits > 1) break;  // over 64 bits
        if (shift > 0 && byte == 0) break;   // not the shortest form
        value |= bits << shift;
        if ((byte & 0x80) == 0) return value;
    }
    in.fail();
    return 0;
}

void encode_coin(Bytes& out, const Coin& coin) {
    const auto height = static_cast<std::uint64_t>(static_cast<std::uint32_t>(coin.height.value));
    encode_number(out, height * 2 + (coin.coinbase ? 1 : 0));
    encode_number(out, static_cast<std::uint64_t>(coin.output.value.units));
    const ByteView script = coin.output.script_pubkey;
    const bool taproot = is_taproot(script);
    encode_number(out, taproot ? kTaprootForm : script.size() + 1);
    const ByteView written = taproot ? script.subspan(2) : script;
    out.insert(out.end(), written.begin(), written.end());
}

Coin decode_coin(Reader& in) {
    Coin coin;
    const std::uint64_t origin = decode_number(in);
    if (origin / 2 > std::uint64_t{std::numeric_limits<std::int32_t>::max()}) in.fail();
    coin.height = {static_cast<std::int32_t>(origin / 2)};
    coin.coinbase = (origin & 1) != 0;
    coin.output.value = {static_cast<std::int64_t>(decode_number(in))};
    const std::uint64_t form = decode_number(in);
    if (form > kCoinScriptBytesMax + 1) in.fail();
    if (in.failed()) return {};
    if (form != kTaprootForm) {
        coin.output.script_pubkey = in.bytes(form - 1);
        return coin;
    }
    const ByteView key = in.view(kTaprootKeyBytes);
    Bytes& script = coin.output.script_pubkey;
    script.reserve(2 + kTaprootKeyBytes);
    script = {kOp1, kTaprootKeyBytes};
    script.insert(script.end(), key.begin(), key.end());
    return coin;
}

std::optional<Coin> decode_coin(ByteView bytes) {
    Reader in(bytes);
    Coin coin = decode_coin(in);
    if (!in.finished()) return std::nullopt;
    return coin;
}

}  // namespace starling::chain
