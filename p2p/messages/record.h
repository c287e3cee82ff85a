#pragma once

#include "consensus/result.h"
#include "consensus/serialize.h"
#include "p2p/messages/told_record.h"

#include <string>
#include <string_view>

namespace starling::p2p {

// The sender's own signed record; the payload is its bytes. Each side sends it after verack, over
// links that proved a key, and again when it changed.
struct RecordMessage {
    static constexpr std::string_view kCommand = "record";

    ToldRecord record;

    void encode(Writer& out) const { out.bytes(record.bytes()); }
    static Result<RecordMessage, std::string> decode(Reader& in);

    friend bool operator==(const RecordMessage&, const RecordMessage&) = default;
};

}  // namespace starling::p2p
