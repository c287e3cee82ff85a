#pragma once

#include "consensus/amount.h"

#include <optional>
#include <string>
#include <string_view>

namespace starling::rpc {

// "-0.00000001": always eight decimals.
std::string amount_text(Amount amount);

// A sum of coins as a person or a JSON number writes it, exactly: "0.1", "1e-8", "21000000".
// Nothing for what has more than eight decimals, is negative, over kMoneyMax, or not a JSON number.
std::optional<Amount> parse_amount(std::string_view text);

// A JSON number times 10^decimals, exactly (Bitcoin Core's ParseFixedPoint): also negative ones;
// nothing if it is no integer then, or reaches 10^18.
std::optional<std::int64_t> parse_fixed_point(std::string_view text, int decimals);

}  // namespace starling::rpc
