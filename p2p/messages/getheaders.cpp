#include "p2p/messages/getheaders.h"

#include <cassert>

namespace starling::p2p {

void GetHeaders::encode(Writer& out) const {
    assert(locator.size() <= kLocatorHashesMax);
    out.u32(kProtocolVersion);
    out.compact_size(locator.size());
    for (const BlockHash& hash : locator)
        out.bytes(hash.bytes);
    out.bytes(stop.bytes);
}

Result<GetHeaders, std::string> GetHeaders::decode(Reader& in) {
    GetHeaders message;
    in.u32();  // the sender's protocol version: of no use
    const std::uint64_t count = in.compact_size(kLocatorHashesMax);
    for (std::uint64_t i = 0; i < count && !in.failed(); ++i)
        message.locator.push_back(BlockHash{in.array<32>()});
    message.stop = BlockHash{in.array<32>()};
    return message;
}

}  // namespace starling::p2p
