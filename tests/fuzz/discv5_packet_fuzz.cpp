// The decoder of discovery's packets. The input is a packet before masking, so that the fuzzer
// meets the header; masked and decoded, it encodes to the same bytes. As raw datagrams the bytes
// are tried too.
#include "p2p/discovery/packet.h"

#include <algorithm>
#include <cassert>
#include <span>

using namespace starling;
using namespace starling::p2p::discv5;

namespace {

constexpr std::size_t kIvBytes = 16;
constexpr std::size_t kHeaderBytesMax = 23 + 131 + 300;

void expect_same_bytes(ByteView datagram, const p2p::NodeId& own) {
    const auto packet = decode_packet(datagram, own);
    if (!packet) {
        assert(!describe(packet.error()).empty());
        return;
    }
    assert(associated_of(*packet) == packet->associated);
    const Bytes encoded = encode_packet(*packet, own);
    assert(std::ranges::equal(encoded, datagram));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const p2p::NodeId own{};
    expect_same_bytes({data, size}, own);
    if (size <= kIvBytes) return 0;
    Bytes datagram(data, data + size);
    p2p::AesCounter iv{};
    std::copy_n(datagram.begin(), iv.size(), iv.begin());
    const std::size_t header = std::min(size - kIvBytes, kHeaderBytesMax);
    p2p::aes_ctr(p2p::AesKey{}, iv, std::span(datagram).subspan(kIvBytes, header));
    // What lies behind the header is no more masked than in a real packet.
    if (const auto packet = decode_packet(datagram, own)) {
        const std::size_t own_header = packet->associated.size();
        std::copy_n(data + own_header, size - own_header,
                    datagram.begin() + static_cast<std::ptrdiff_t>(own_header));
    }
    expect_same_bytes(datagram, own);
    return 0;
}
