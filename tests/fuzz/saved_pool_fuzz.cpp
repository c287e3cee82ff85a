// A pool file that anyone may have written: what is read of it is read again from what it is
// written as.

#include "mempool/saved_pool.h"

#include <cassert>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace starling::mempool;
    const auto saved = decode_pool(starling::ByteView(data, size));
    assert(decode_pool(encode_pool(saved)) == saved);
    return 0;
}
