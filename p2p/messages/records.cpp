#include "p2p/messages/records.h"

#include <cassert>

namespace starling::p2p {

void Records::encode(Writer& out) const {
    assert(records.size() <= kCountMax);
    out.compact_size(records.size());
    for (const ToldRecord& record : records)
        out.sized_bytes(record.bytes());
}

Result<Records, std::string> Records::decode(Reader& in) {
    Records message;
    const std::uint64_t count = in.compact_size(kCountMax);
    for (std::uint64_t i = 0; i < count && !in.failed(); ++i) {
        const ByteView bytes = in.view(in.compact_size(Record::kBytesMax));
        if (in.failed()) break;
        message.records.emplace_back(bytes);
    }
    return message;
}

}  // namespace starling::p2p
