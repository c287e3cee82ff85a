// Scripts taken apart, as numbers and as text.

#include "consensus/script.h"

#include "consensus/hex.h"
#include "consensus/script_asm.h"
#include "consensus/script_number.h"

#include <gtest/gtest.h>

namespace starling {
namespace {

std::string asm_of(const char* script) {
    return script_asm(from_hex(script).value());
}

TEST(Script, IsWrittenAsBitcoinCoreWritesIt) {
    EXPECT_EQ(asm_of(""), "");
    EXPECT_EQ(asm_of("00"), "0");
    EXPECT_EQ(asm_of("4f5160"), "-1 1 16");
    EXPECT_EQ(asm_of("0111"), "17");
    EXPECT_EQ(asm_of("0181"), "-1");
    EXPECT_EQ(asm_of("04ffffff7f"), "2147483647");
    EXPECT_EQ(asm_of("050102030405"), "0102030405");
    EXPECT_EQ(asm_of("4c0101"), "1");
    EXPECT_EQ(asm_of("76a988ac"), "OP_DUP OP_HASH160 OP_EQUALVERIFY OP_CHECKSIG");
    EXPECT_EQ(asm_of("6aba"), "OP_RETURN OP_CHECKSIGADD");
    EXPECT_EQ(asm_of("6abbff"), "OP_RETURN OP_UNKNOWN OP_INVALIDOPCODE");
    EXPECT_EQ(asm_of("6a4c"), "OP_RETURN [error]");
    EXPECT_EQ(asm_of("05"), "[error]");
    EXPECT_EQ(asm_of("51024e73"), "1 29518");
}

TEST(Script, EndsWhereAPushIsCutOff) {
    for (const char* script : {"01", "4c", "4c01", "4d00", "4d0100", "4e000000", "4effffffff00"}) {
        const Bytes bytes = from_hex(script).value();
        ScriptReader reader(bytes);
        EXPECT_FALSE(reader.next()) << script;
        EXPECT_FALSE(reader.at_end()) << script;
    }
    for (const char* script : {"00", "4c00", "4d0000", "4e00000000", "0155"}) {
        const Bytes bytes = from_hex(script).value();
        ScriptReader reader(bytes);
        EXPECT_TRUE(reader.next()) << script;
        EXPECT_TRUE(reader.at_end()) << script;
    }
}

TEST(ScriptNumber, LeadsToItsBytesAndBack) {
    for (const std::int64_t value :
         {0LL, 1LL, -1LL, 127LL, 128LL, -127LL, -128LL, 255LL, 256LL, 32'767LL, 32'768LL,
          2'147'483'647LL, -2'147'483'647LL, 2'147'483'648LL, 549'755'813'887LL}) {
        const Bytes bytes = script_number_bytes(value);
        EXPECT_EQ(script_number(bytes, 5), value);
        EXPECT_TRUE(is_minimal_number(bytes));
    }
    EXPECT_EQ(script_number(from_hex("80").value()), 0);  // negative zero
    EXPECT_FALSE(is_minimal_number(from_hex("80").value()));
    EXPECT_FALSE(is_minimal_number(from_hex("00").value()));
    EXPECT_FALSE(is_minimal_number(from_hex("0100").value()));
    EXPECT_TRUE(is_minimal_number(from_hex("8000").value()));
    EXPECT_TRUE(is_minimal_number(from_hex("ff80").value()));
    EXPECT_FALSE(script_number(from_hex("0000000000").value()));
}

TEST(WitnessProgram, IsAVersionAndOnePushOf2To40Bytes) {
    for (std::size_t size = 0; size <= 45; ++size) {
        Bytes script{OP_16, static_cast<std::uint8_t>(size)};
        script.resize(2 + size);
        const auto program = witness_program(script);
        EXPECT_EQ(program.has_value(), size >= 2 && size <= 40) << size;
        if (program) {
            EXPECT_EQ(witness_script(16, program->program), script);
        }
    }
    for (const char* script :
         {"61020000", "4f020000", "50020000", "51030000", "5102000000", "514c020000"})
        EXPECT_FALSE(witness_program(from_hex(script).value())) << script;
}

}  // namespace
}  // namespace starling
