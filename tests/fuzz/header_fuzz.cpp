// A header that decodes is written back byte for byte, and any bits and times can be judged.

#include "consensus/check_block.h"
#include "consensus/serialize.h"

#include <cassert>

using namespace starling;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Reader in(ByteView(data, size));
    const auto header = decode_header(in);
    if (!header) return 0;
    Writer out;
    encode(out, *header);
    assert(std::ranges::equal(out.out(), in.read_since(0)));
    HeaderNode first;
    first.height = {1};
    first.header = local().genesis.header;
    HeaderNode parent;
    parent.height = {2};
    parent.header = *header;
    parent.parent = &first;
    for (const Parameters* network : {&regtest(), &local(), &testnet()}) {
        [[maybe_unused]] const auto work = check_header_work(*header, *network);
        [[maybe_unused]] const auto placed = check_header(*header, parent, 0, *network);
    }
    return 0;
}
