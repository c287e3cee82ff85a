#pragma once

#include "consensus/result.h"
#include "consensus/serialize.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace starling::p2p {

// BIP 133: transactions that pay less shall not be announced to the sender.
struct FeeFilter {
    static constexpr std::string_view kCommand = "feefilter";

    std::int64_t units_per_kvb = 0;  // anything a peer may write, below 0 and above all money too

    void encode(Writer& out) const { out.i64(units_per_kvb); }
    static Result<FeeFilter, std::string> decode(Reader& in) { return FeeFilter{in.i64()}; }

    friend bool operator==(const FeeFilter&, const FeeFilter&) = default;
};

}  // namespace starling::p2p
