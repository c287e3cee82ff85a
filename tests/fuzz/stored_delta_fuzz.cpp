// The spent coins of a block as they lie in the store.

#include "chain/delta_codec.h"

#include <algorithm>
#include <cassert>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto coins = starling::chain::decode_spent(starling::ByteView(data, size));
    if (!coins) return 0;
    assert(std::ranges::is_sorted(*coins, {}, &starling::chain::Coins::value_type::first));
    assert(starling::chain::decode_spent(starling::chain::encode_spent(*coins)) == coins);
    return 0;
}
