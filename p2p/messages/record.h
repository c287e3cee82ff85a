#pragma once

#include "consensus/result.h"
#include "consensus/serialize.h"
#include "p2p/identity/record.h"

#include <string>
#include <string_view>

namespace starling::p2p {

// The sender's own signed record; the payload is its bytes. Each side sends it after verack, over
// links that proved a key, and again when it changed. Checking its signature is part of decoding.
struct RecordMessage {
    static constexpr std::string_view kCommand = "record";

    Shared<Record> record;

    void encode(Writer& out) const { out.bytes(record->bytes()); }
    static Result<RecordMessage, std::string> decode(Reader& in);

    friend bool operator==(const RecordMessage& a, const RecordMessage& b) {
        return a.record->bytes() == b.record->bytes();
    }
};

}  // namespace starling::p2p
