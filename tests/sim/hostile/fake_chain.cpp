#include "sim/hostile/fake_chain.h"

#include "mempool/next_block.h"

#include <cassert>

namespace starling::sim {
namespace {

// At the easiest target every second hash will do.
constexpr std::uint32_t kTries = 1'000;

}  // namespace

Header fake_header(const BlockHash& parent,
                   std::uint32_t time,
                   const Parameters& parameters,
                   Random& random) {
    Header header{.version = 0x2000'0000,
                  .previous = parent,
                  .merkle_root = {},
                  .time = time,
                  .bits = parameters.limit_bits,
                  .nonce = 0};
    for (std::uint8_t& byte : header.merkle_root.bytes)
        byte = static_cast<std::uint8_t>(random.below(256));
    const bool found = mempool::grind(header, kTries, parameters);
    assert(found);
    return header;
}

std::vector<Header> fake_headers(const HeaderNode& parent,
                                 std::size_t count,
                                 const Parameters& parameters,
                                 Random& random) {
    std::vector<Header> headers;
    BlockHash previous = parent.hash;
    // Above the median of the last eleven, whatever they are.
    std::uint32_t time = parent.time_max;
    for (std::size_t i = 0; i < count; ++i) {
        headers.push_back(fake_header(previous, ++time, parameters, random));
        previous = hash_of(headers.back());
    }
    return headers;
}

}  // namespace starling::sim
