// An asmap file that anyone may have written, and any address: what decode() takes in, lookup()
// goes through without leaving it. The first 16 bytes are the address, at most what there is.

#include "p2p/asmap.h"

#include <algorithm>
#include <array>
#include <cassert>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace starling;
    std::array<std::uint8_t, 16> address{};
    const std::size_t taken = std::min(size, address.size());
    std::copy_n(data, taken, address.begin());
    const auto map = p2p::Asmap::decode(Bytes(data + taken, data + size));
    if (!map) return 0;
    assert(map.value().systems() > 0);
    for (unsigned bit = 0; bit < 128; ++bit) {
        std::array<std::uint8_t, 16> other = address;
        other[bit / 8] = static_cast<std::uint8_t>(other[bit / 8] ^ 1u << bit % 8);
        static_cast<void>(map.value().lookup(other));
    }
    static_cast<void>(map.value().lookup(address));
    return 0;
}
