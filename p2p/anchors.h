#pragma once

#include "consensus/bytes.h"
#include "consensus/result.h"
#include "p2p/address.h"
#include "p2p/identity/node_id.h"

#include <cstddef>
#include <string>
#include <vector>

namespace starling::p2p {

// A peer for blocks alone that is dialled first at the next start: whoever has us restart, and owns
// our table of addresses, does not get all of our connections by it.
struct Anchor {
    Endpoint address;
    CompressedKey key{};

    friend bool operator==(const Anchor&, const Anchor&) = default;
};

// `anchors.dat`: four bytes "STAN", a version of one byte (1), a count of one byte; for each anchor
// 16 bytes of address, port (2), key (33); then the first four bytes of the double
// SHA-256 of all before. The port is little-endian.
constexpr std::size_t kAnchorsInFileMax = 16;
constexpr std::size_t kAnchorsFileBytesMax = 6 + kAnchorsInFileMax * 51 + 4;

Bytes encode(const std::vector<Anchor>& anchors);
// All of them or none.
Result<std::vector<Anchor>, std::string> decode_anchors(ByteView file);

}  // namespace starling::p2p
