// Every message of discovery: what decodes encodes to bytes that decode to the same again, and the
// bounds that the header promises hold.
#include "p2p/discovery/protocol.h"

#include <cassert>

using namespace starling;
using namespace starling::p2p::discv5;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto message = decode_message({data, size});
    if (!message) {
        assert(!describe(message.error()).empty());
        return 0;
    }
    assert(request_id(*message).size() <= kRequestIdBytesMax);
    if (const auto* find = std::get_if<FindNode>(&*message))
        for (const unsigned distance : find->distances)
            assert(distance <= kDistanceMax);
    if (const auto* nodes = std::get_if<Nodes>(&*message))
        for (const Bytes& record : nodes->records) {
            assert(record.size() <= p2p::Record::kBytesMax);
            static_cast<void>(p2p::Record::decode(record));
        }
    const Bytes encoded = encode(*message);
    assert(encoded.size() <= size);  // an IPv4-mapped address becomes shorter
    const auto again = decode_message(encoded);
    assert(again.ok() && *again == *message);
    return 0;
}
