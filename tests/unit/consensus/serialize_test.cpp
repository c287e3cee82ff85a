#include "consensus/serialize.h"

#include "consensus/hex.h"

#include <gtest/gtest.h>

namespace starling {
namespace {

std::uint64_t compact_size_of(const char* text, std::uint64_t max = ~std::uint64_t{0}) {
    const Bytes bytes = *from_hex(text);
    Reader in(bytes);
    const std::uint64_t v = in.compact_size(max);
    EXPECT_TRUE(in.finished()) << text;
    return v;
}

bool refuses_compact_size(const char* text, std::uint64_t max = ~std::uint64_t{0}) {
    const Bytes bytes = *from_hex(text);
    Reader in(bytes);
    const std::uint64_t v = in.compact_size(max);
    EXPECT_EQ(v, 0U);
    return in.failed();
}

TEST(Hex, ReadsBothCasesAndNothingElse) {
    EXPECT_EQ(hex(*from_hex("00fFaB")), "00ffab");
    EXPECT_EQ(from_hex("0"), std::nullopt);
    EXPECT_EQ(from_hex("0g"), std::nullopt);
    EXPECT_EQ(from_hex(" 0"), std::nullopt);
    EXPECT_EQ(from_hex("0x"), std::nullopt);
    EXPECT_EQ(from_hex(""), Bytes{});
}

TEST(Reader, TakesOnlyTheShortestFormOfACompactSize) {
    EXPECT_EQ(compact_size_of("fc"), 0xfcU);
    EXPECT_EQ(compact_size_of("fdfd00"), 0xfdU);
    EXPECT_EQ(compact_size_of("fe00000100"), 0x1'0000U);
    EXPECT_EQ(compact_size_of("ff0000000001000000"), 0x1'0000'0000U);
    EXPECT_TRUE(refuses_compact_size("fdfc00"));
    EXPECT_TRUE(refuses_compact_size("feffff0000"));
    EXPECT_TRUE(refuses_compact_size("ffffffffff00000000"));
}

TEST(Reader, RefusesACompactSizeOverItsBound) {
    EXPECT_EQ(compact_size_of("05", 5), 5U);
    EXPECT_TRUE(refuses_compact_size("06", 5));
}

TEST(Reader, GivesZerosFromItsFirstFailureOn) {
    const Bytes bytes = *from_hex("0102030405");
    Reader in(bytes);
    EXPECT_EQ(in.u8(), 1);
    EXPECT_EQ(in.u64(), 0U);
    EXPECT_TRUE(in.failed());
    EXPECT_EQ(in.u8(), 0);
    EXPECT_TRUE(in.view(1).empty());
    EXPECT_FALSE(in.finished());
}

TEST(Reader, FailsOnALengthThatIsNotThereWithoutReservingIt) {
    const Bytes bytes = *from_hex("fe00000002aabb");
    Reader in(bytes);
    EXPECT_TRUE(in.sized_bytes(kCompactSizeMax).empty());
    EXPECT_TRUE(in.failed());
}

TEST(Writer, WritesWhatTheReaderReads) {
    Writer out;
    out.u8(0x12);
    out.u16(0x1234);
    out.u32(0x1234'5678);
    out.u64(0x1234'5678'9abc'def0);
    out.i32(-2);
    out.i64(-3);
    out.sized_bytes(Bytes(300, 7));
    Reader in(out.out());
    EXPECT_EQ(in.u8(), 0x12);
    EXPECT_EQ(in.u16(), 0x1234);
    EXPECT_EQ(in.u32(), 0x1234'5678U);
    EXPECT_EQ(in.u64(), 0x1234'5678'9abc'def0U);
    EXPECT_EQ(in.i32(), -2);
    EXPECT_EQ(in.i64(), -3);
    EXPECT_EQ(in.sized_bytes(300), Bytes(300, 7));
    EXPECT_TRUE(in.finished());
}

TEST(Writer, WritesNumbersWithTheLowestByteFirst) {
    Writer out;
    out.u16(0x0102);
    out.u32(0x0304'0506);
    EXPECT_EQ(hex(out.out()), "020106050403");
}

TEST(Writer, PicksTheShortestFormAtEveryBorder) {
    for (const std::uint64_t v : {0xfcULL, 0xfdULL, 0xffffULL, 0x1'0000ULL, 0xffff'ffffULL,
                                  0x1'0000'0000ULL, 0xffff'ffff'ffff'ffffULL}) {
        Writer out;
        out.compact_size(v);
        EXPECT_EQ(out.size(), compact_size_bytes(v));
        Reader in(out.out());
        EXPECT_EQ(in.compact_size(~std::uint64_t{0}), v);
        EXPECT_TRUE(in.finished());
    }
}

}  // namespace
}  // namespace starling
