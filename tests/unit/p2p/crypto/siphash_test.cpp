// SipHash-2-4 against the vectors of its authors (vectors.h of the reference code).

#include "p2p/crypto/siphash.h"

#include <gtest/gtest.h>

namespace starling::p2p {
namespace {

TEST(SipHash, GivesTheVectorsOfItsAuthors) {
    // Key 00..0f, input the first 0 to 15 bytes of 00 01 02 ...
    const SipKey key{0x0706'0504'0302'0100, 0x0f0e'0d0c'0b0a'0908};
    const std::uint64_t expected[] = {
        0x726f'db47'dd0e'0e31, 0x74f8'39c5'93dc'67fd, 0x0d6c'8009'd9a9'4f5a,
        0x8567'6696'd7fb'7e2d, 0xcf27'94e0'2771'87b7, 0x1876'5564'cd99'a68d,
        0xcbc9'466e'58fe'e3ce, 0xab02'00f5'8b01'd137, 0x93f5'f579'9a93'2462};
    Bytes input;
    for (const std::uint64_t hash : expected) {
        EXPECT_EQ(siphash(key, input), hash) << input.size();
        input.push_back(static_cast<std::uint8_t>(input.size()));
    }
    // The paper's own, appendix A.
    while (input.size() < 15)
        input.push_back(static_cast<std::uint8_t>(input.size()));
    EXPECT_EQ(siphash(key, input), 0xa129'ca61'49be'45e5);
}

TEST(SipHash, AnyBitOfTheKeyChangesTheHash) {
    const Bytes input = {1, 2, 3};
    const std::uint64_t hash = siphash({}, input);
    for (int bit = 0; bit < 64; ++bit) {
        EXPECT_NE(siphash({std::uint64_t{1} << bit, 0}, input), hash);
        EXPECT_NE(siphash({0, std::uint64_t{1} << bit}, input), hash);
    }
}

}  // namespace
}  // namespace starling::p2p
