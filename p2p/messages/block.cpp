#include "p2p/messages/block.h"

#include <cassert>
#include <utility>

namespace starling::p2p {

void BlockMessage::encode(Writer& out) const {
    assert(checked.ok());
    out.bytes(*checked.value()->bytes);
}

Result<BlockMessage, std::string> BlockMessage::decode(Shared<Bytes> payload,
                                                       const Parameters& parameters) {
    Reader in(*payload);
    const auto header = decode_header(in);
    if (!header) return Failure{header.error()};
    return BlockMessage{hash_of(*header), *header, check_block(std::move(payload), parameters)};
}

}  // namespace starling::p2p
