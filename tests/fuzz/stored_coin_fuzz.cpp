// A coin as it lies in the store: what is accepted is written back as a coin that is equal.

#include "chain/coin_codec.h"

#include <cassert>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto coin = starling::chain::decode_coin(starling::ByteView(data, size));
    if (!coin) return 0;
    starling::Bytes again;
    starling::chain::encode_coin(again, *coin);
    assert(again.size() <= size);
    assert(starling::chain::decode_coin(again) == coin);
    return 0;
}
