// A discovery.dat that anyone may have written. The checksum is put right first, else no input
// would come past it: what is read is read again from what it is written as.

#include "consensus/hash.h"
#include "p2p/discovery/saved_peers.h"

#include <algorithm>
#include <cassert>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace starling;
    Bytes bytes(data, data + size);
    static_cast<void>(p2p::discv5::decode_saved_peers(bytes));
    const Hash256 hash = sha256d(bytes);
    bytes.insert(bytes.end(), hash.bytes.begin(), hash.bytes.begin() + 4);
    const auto saved = p2p::discv5::decode_saved_peers(bytes);
    if (saved) assert(p2p::discv5::encode_saved_peers(*saved) == bytes);
    return 0;
}
