#pragma once

#include "consensus/bytes.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace starling {

// The opcodes that code names; every byte is an opcode, named or not.
enum Opcode : std::uint8_t {
    OP_0 = 0x00,
    OP_PUSHDATA1 = 0x4c,
    OP_PUSHDATA2 = 0x4d,
    OP_PUSHDATA4 = 0x4e,
    OP_1NEGATE = 0x4f,
    OP_RESERVED = 0x50,
    OP_1 = 0x51,
    OP_16 = 0x60,
    OP_NOP = 0x61,
    OP_IF = 0x63,
    OP_NOTIF = 0x64,
    OP_ELSE = 0x67,
    OP_ENDIF = 0x68,
    OP_VERIFY = 0x69,
    OP_RETURN = 0x6a,
    OP_TOALTSTACK = 0x6b,
    OP_FROMALTSTACK = 0x6c,
    OP_2DROP = 0x6d,
    OP_2DUP = 0x6e,
    OP_3DUP = 0x6f,
    OP_2OVER = 0x70,
    OP_2ROT = 0x71,
    OP_2SWAP = 0x72,
    OP_IFDUP = 0x73,
    OP_DEPTH = 0x74,
    OP_DROP = 0x75,
    OP_DUP = 0x76,
    OP_NIP = 0x77,
    OP_OVER = 0x78,
    OP_PICK = 0x79,
    OP_ROLL = 0x7a,
    OP_ROT = 0x7b,
    OP_SWAP = 0x7c,
    OP_TUCK = 0x7d,
    OP_SIZE = 0x82,
    OP_EQUAL = 0x87,
    OP_EQUALVERIFY = 0x88,
    OP_1ADD = 0x8b,
    OP_1SUB = 0x8c,
    OP_NEGATE = 0x8f,
    OP_ABS = 0x90,
    OP_NOT = 0x91,
    OP_0NOTEQUAL = 0x92,
    OP_ADD = 0x93,
    OP_SUB = 0x94,
    OP_BOOLAND = 0x9a,
    OP_BOOLOR = 0x9b,
    OP_NUMEQUAL = 0x9c,
    OP_NUMEQUALVERIFY = 0x9d,
    OP_NUMNOTEQUAL = 0x9e,
    OP_LESSTHAN = 0x9f,
    OP_GREATERTHAN = 0xa0,
    OP_LESSTHANOREQUAL = 0xa1,
    OP_GREATERTHANOREQUAL = 0xa2,
    OP_MIN = 0xa3,
    OP_MAX = 0xa4,
    OP_WITHIN = 0xa5,
    OP_RIPEMD160 = 0xa6,
    OP_SHA1 = 0xa7,
    OP_SHA256 = 0xa8,
    OP_HASH160 = 0xa9,
    OP_HASH256 = 0xaa,
    OP_CODESEPARATOR = 0xab,
    OP_CHECKSIG = 0xac,
    OP_CHECKSIGVERIFY = 0xad,
    OP_CHECKMULTISIG = 0xae,
    OP_CHECKMULTISIGVERIFY = 0xaf,
    OP_NOP1 = 0xb0,
    OP_CHECKLOCKTIMEVERIFY = 0xb1,
    OP_CHECKSEQUENCEVERIFY = 0xb2,
    OP_NOP10 = 0xb9,
    OP_CHECKSIGADD = 0xba,
};

// One step of a script.
struct Instruction {
    std::uint8_t opcode = 0;
    ByteView pushed;  // empty unless the opcode pushes bytes (OP_0 to OP_PUSHDATA4)
};

// Walks over a script's instructions.
class ScriptReader {
public:
    explicit ScriptReader(ByteView script) : script_(script) {}

    [[nodiscard]] bool at_end() const { return position_ == script_.size(); }
    // Nothing at the end, and nothing when a push is cut off: then at_end() is false.
    std::optional<Instruction> next();

private:
    ByteView script_;
    std::size_t position_ = 0;
};

// BIP 141: one byte of version (OP_0, OP_1 to OP_16) and one push of 2 to 40 bytes.
struct WitnessProgram {
    int version = 0;
    ByteView program;
};
std::optional<WitnessProgram> witness_program(ByteView script_pubkey);
// The inverse; `version` is at most 16, the program 2 to 40 bytes.
Bytes witness_script(int version, ByteView program);

// "OP_CHECKSIG" and the like; "OP_UNKNOWN" for bytes that have no name.
std::string_view opcode_name(std::uint8_t opcode);

}  // namespace starling
