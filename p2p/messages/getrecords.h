#pragma once

#include "consensus/result.h"
#include "consensus/serialize.h"

#include <string>
#include <string_view>

namespace starling::p2p {

// Asks for records of other nodes: what getaddr is where addresses have no key to dial.
struct GetRecords {
    static constexpr std::string_view kCommand = "getrecords";

    void encode(Writer&) const {}
    static Result<GetRecords, std::string> decode(Reader&) { return GetRecords{}; }

    friend bool operator==(const GetRecords&, const GetRecords&) = default;
};

}  // namespace starling::p2p
