// An anchors.dat that anyone may have written. The checksum is put right first, else no input would
// come past it: what is read is read again from what it is written as.

#include "consensus/hash.h"
#include "p2p/anchors.h"

#include <cassert>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace starling;
    Bytes bytes(data, data + size);
    static_cast<void>(p2p::decode_anchors(bytes));
    const Hash256 hash = sha256d(bytes);
    bytes.insert(bytes.end(), hash.bytes.begin(), hash.bytes.begin() + 4);
    const auto anchors = p2p::decode_anchors(bytes);
    if (!anchors) return 0;
    assert(anchors->size() <= p2p::kAnchorsInFileMax);
    assert(bytes.size() <= p2p::kAnchorsFileBytesMax);
    assert(p2p::encode(*anchors) == bytes);
    return 0;
}
