#include "consensus/coin.h"

namespace starling {

bool is_unspendable(ByteView script_pubkey) {
    constexpr std::uint8_t kOpReturn = 0x6a;
    constexpr std::size_t kScriptBytesMax = 10'000;
    return script_pubkey.size() > kScriptBytesMax ||
           (!script_pubkey.empty() && script_pubkey.front() == kOpReturn);
}

}  // namespace starling
