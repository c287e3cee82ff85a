// A compact size that is accepted is written back byte for byte.

#include "consensus/serialize.h"

#include <cassert>

using namespace starling;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Reader in(ByteView(data, size));
    const std::uint64_t max = in.u64();
    const std::size_t begin = in.position();
    const std::uint64_t v = in.compact_size(max);
    if (in.failed()) return 0;
    assert(v <= max);
    Writer out;
    out.compact_size(v);
    assert(std::ranges::equal(out.out(), in.read_since(begin)));
    return 0;
}
