#pragma once

#include "consensus/result.h"
#include "consensus/serialize.h"

#include <string>
#include <string_view>

namespace starling::p2p {

// BIP 130: new blocks shall be announced by their headers.
struct SendHeaders {
    static constexpr std::string_view kCommand = "sendheaders";

    void encode(Writer&) const {}
    static Result<SendHeaders, std::string> decode(Reader&) { return SendHeaders{}; }

    friend bool operator==(const SendHeaders&, const SendHeaders&) = default;
};

}  // namespace starling::p2p
