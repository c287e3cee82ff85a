#include "p2p/messages/records.h"

#include <algorithm>
#include <cassert>

namespace starling::p2p {

void Records::encode(Writer& out) const {
    assert(records.size() <= kCountMax);
    out.compact_size(records.size());
    for (const Shared<Record>& record : records)
        out.sized_bytes(record->bytes());
}

Result<Records, std::string> Records::decode(Reader& in) {
    Records message;
    const std::uint64_t count = in.compact_size(kCountMax);
    for (std::uint64_t i = 0; i < count && !in.failed(); ++i) {
        const ByteView bytes = in.view(in.compact_size(Record::kBytesMax));
        if (in.failed()) break;
        auto record = Record::decode(bytes);
        if (!record) return Failure{std::string(describe(record.error()))};
        message.records.push_back(std::move(record).value());
    }
    return message;
}

bool operator==(const Records& a, const Records& b) {
    return std::ranges::equal(a.records, b.records, [](const auto& one, const auto& other) {
        return one->bytes() == other->bytes();
    });
}

}  // namespace starling::p2p
