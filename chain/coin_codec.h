#pragma once

#include "consensus/coin.h"
#include "consensus/serialize.h"

#include <optional>

namespace starling::chain {

// How coins lie in the store: about 40 bytes for a Taproot output, of which 32 are its key. Only
// our own store is read with it, but a damaged one must not do harm: every failure is noticed.

// Outputs with longer scripts are unspendable and not kept.
constexpr std::size_t kCoinScriptBytesMax = 10'000;

// Seven bits a byte, least significant first, the shortest form only.
void encode_number(Bytes& out, std::uint64_t value);
std::uint64_t decode_number(Reader& in);

void encode_coin(Bytes& out, const Coin& coin);
Coin decode_coin(Reader& in);  // meaningless if the reader has failed
// Bytes that must hold one coin and nothing else.
std::optional<Coin> decode_coin(ByteView bytes);

}  // namespace starling::chain
