// The RLP reader: what it reads encodes to the bytes that it read.

#include "p2p/identity/rlp.h"

#include <algorithm>
#include <cassert>

using namespace starling;

namespace {

// The items from here on, written again. A list inside more than `depth` others is copied.
Bytes written_again(p2p::RlpReader& reader, unsigned depth) {
    p2p::RlpWriter writer;
    while (!reader.failed() && !reader.empty()) {
        if (!reader.at_list()) {
            const ByteView string = reader.string();
            if (!reader.failed()) writer.string(string);
        } else if (depth == 0) {
            writer.raw(reader.item());
        } else {
            p2p::RlpReader items = reader.list();
            writer.list(written_again(items, depth - 1));
            if (!items.finished()) reader.fail();
        }
    }
    return writer.take();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const ByteView bytes(data, size);
    p2p::RlpReader reader(bytes);
    const Bytes again = written_again(reader, 32);
    if (reader.finished()) assert(std::ranges::equal(again, bytes));

    p2p::RlpReader number(bytes);
    const std::uint64_t value = number.number();
    p2p::RlpWriter writer;
    writer.number(value);
    const Bytes digits = writer.take();
    if (!number.failed()) assert(std::ranges::equal(digits, bytes.first(digits.size())));
    return 0;
}
