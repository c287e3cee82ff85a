#include "p2p/anchors.h"

#include "consensus/hash.h"
#include "consensus/serialize.h"

#include <algorithm>
#include <array>
#include <cassert>

namespace starling::p2p {
namespace {

constexpr std::array<std::uint8_t, 4> kMagic{'S', 'T', 'A', 'N'};
constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kChecksumBytes = 4;

std::array<std::uint8_t, kChecksumBytes> checksum_of(ByteView bytes) {
    std::array<std::uint8_t, kChecksumBytes> out{};
    std::ranges::copy_n(sha256d(bytes).bytes.begin(), kChecksumBytes, out.begin());
    return out;
}

}  // namespace

Bytes encode(const std::vector<Anchor>& anchors) {
    assert(anchors.size() <= kAnchorsInFileMax);
    Writer out;
    out.bytes(kMagic);
    out.u8(kVersion);
    out.u8(static_cast<std::uint8_t>(anchors.size()));
    for (const Anchor& anchor : anchors) {
        out.bytes(anchor.address.address);
        out.u16(anchor.address.port);
        out.bytes(anchor.key);
    }
    out.bytes(checksum_of(out.out()));
    return out.take();
}

Result<std::vector<Anchor>, std::string> decode_anchors(ByteView file) {
    Reader in(file);
    if (in.array<kMagic.size()>() != kMagic) return Failure{std::string("not a file of anchors")};
    if (in.u8() != kVersion) return Failure{std::string("of another version")};
    const std::size_t count = in.u8();
    if (count > kAnchorsInFileMax) return Failure{std::string("too many anchors")};
    std::vector<Anchor> anchors;
    for (std::size_t i = 0; i < count; ++i) {
        Anchor anchor;
        anchor.address.address = in.array<16>();
        anchor.address.port = in.u16();
        anchor.key = in.array<33>();
        anchors.push_back(anchor);
    }
    const auto expected = checksum_of(in.read_since(0));
    const auto written = in.array<kChecksumBytes>();
    if (!in.finished() || written != expected) return Failure{std::string("damaged")};
    return anchors;
}

}  // namespace starling::p2p
