#include "p2p/crypto/keccak.h"

#include "consensus/hex.h"

#include <gtest/gtest.h>

namespace starling::p2p {
namespace {

std::string keccak_hex(ByteView bytes) {
    return hex(keccak256(bytes).bytes);
}

std::string keccak_hex(std::string_view text) {
    return keccak_hex(Bytes(text.begin(), text.end()));
}

TEST(Keccak, GivesThePublishedDigests) {
    EXPECT_EQ(keccak_hex(""), "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
    EXPECT_EQ(keccak_hex("abc"),
              "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45");
    EXPECT_EQ(keccak_hex("The quick brown fox jumps over the lazy dog"),
              "4d741b6f1eb29cb2a9b9911c82f56fa8d73b04959d3d9d222895df6c0b28aa15");
}

// 200 bytes of a3 are the submission's own example; the other digests come from an implementation
// of the specification that agrees with SHA3-256 once the padding is changed.
TEST(Keccak, PadsAroundTheEndOfABlock) {
    const std::pair<std::size_t, std::string> known[] = {
        {135, "3d28d08c3dacab77392064a939f3e7f8d03f2e02e2c664ac08a05f63ac652626"},
        {136, "b82d89d96e5575d11a9e1f4cabb2a45e60899e69a19a724cd796bdcf13511018"},
        {137, "ec8008a74e50bc7d6b22c3ad85402bf10e6d4449f3c8618e36c461b8a44eeafb"},
        {200, "3a57666b048777f2c953dc4456f45a2588e1cb6f2da760122d530ac2ce607d4a"},
        {271, "4f073300c4baf7a364519ec173f5e70e334c954bd56f2d79a4c4f0d3698c8dce"},
        {272, "a657381e5615f539cac71f13c74473a5e77eaa2bd8348422dcac221c8f13da94"}};
    for (const auto& [size, digest] : known) {
        EXPECT_EQ(keccak_hex(Bytes(size, 0xa3)), digest) << size << " bytes";
    }
}

}  // namespace
}  // namespace starling::p2p
