#pragma once

#include "consensus/result.h"
#include "consensus/serialize.h"

#include <string>
#include <string_view>

namespace starling::p2p {

// BIP 339: transactions shall be announced by wtxid. Between version and verack only.
struct WtxidRelay {
    static constexpr std::string_view kCommand = "wtxidrelay";

    void encode(Writer&) const {}
    static Result<WtxidRelay, std::string> decode(Reader&) { return WtxidRelay{}; }

    friend bool operator==(const WtxidRelay&, const WtxidRelay&) = default;
};

}  // namespace starling::p2p
