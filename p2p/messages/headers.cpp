#include "p2p/messages/headers.h"

#include <algorithm>
#include <cassert>

namespace starling::p2p {

void Headers::encode(Writer& out) const {
    assert(headers.size() <= kHeadersMax);
    out.reserve(out.size() + 3 + headers.size() * (Header::kSize + 1));
    out.compact_size(headers.size());
    for (const Header& header : headers) {
        starling::encode(out, header);
        out.compact_size(0);  // a block's transaction count, of which headers have none
    }
}

Result<Headers, std::string> Headers::decode(Reader& in) {
    Headers message;
    const std::uint64_t count = in.compact_size(kHeadersMax);
    const std::uint64_t there = in.remaining() / (Header::kSize + 1);
    message.headers.reserve(static_cast<std::size_t>(std::min(count, there)));
    for (std::uint64_t i = 0; i < count && !in.failed(); ++i) {
        auto header = decode_header(in);
        if (!header) return Failure{header.error()};
        message.headers.push_back(*header);
        in.compact_size(0);
    }
    return message;
}

}  // namespace starling::p2p
