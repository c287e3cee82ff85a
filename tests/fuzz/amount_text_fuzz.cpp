// Any text is an amount or none; an amount is within money range and reads back from its own text.
#include "node/rpc/amount_text.h"

#include <cstdlib>

using namespace starling;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(data, data + size);
    for (const int decimals : {0, 8})
        (void)rpc::parse_fixed_point(text, decimals);
    const auto amount = rpc::parse_amount(text);
    if (!amount) return 0;
    if (!in_money_range(*amount)) std::abort();
    if (rpc::parse_amount(rpc::amount_text(*amount)) != amount) std::abort();
    return 0;
}
