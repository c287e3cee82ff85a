#include "consensus/script.h"

#include <array>
#include <cassert>

namespace starling {

namespace {

constexpr std::size_t kFirstNamed = OP_1NEGATE;

// From OP_1NEGATE on, in the order of their bytes.
constexpr std::array<std::string_view, OP_CHECKSIGADD - kFirstNamed + 1> kNames{
    "-1",
    "OP_RESERVED",
    "1",
    "2",
    "3",
    "4",
    "5",
    "6",
    "7",
    "8",
    "9",
    "10",
    "11",
    "12",
    "13",
    "14",
    "15",
    "16",
    "OP_NOP",
    "OP_VER",
    "OP_IF",
    "OP_NOTIF",
    "OP_VERIF",
    "OP_VERNOTIF",
    "OP_ELSE",
    "OP_ENDIF",
    "OP_VERIFY",
    "OP_RETURN",
    "OP_TOALTSTACK",
    "OP_FROMALTSTACK",
    "OP_2DROP",
    "OP_2DUP",
    "OP_3DUP",
    "OP_2OVER",
    "OP_2ROT",
    "OP_2SWAP",
    "OP_IFDUP",
    "OP_DEPTH",
    "OP_DROP",
    "OP_DUP",
    "OP_NIP",
    "OP_OVER",
    "OP_PICK",
    "OP_ROLL",
    "OP_ROT",
    "OP_SWAP",
    "OP_TUCK",
    "OP_CAT",
    "OP_SUBSTR",
    "OP_LEFT",
    "OP_RIGHT",
    "OP_SIZE",
    "OP_INVERT",
    "OP_AND",
    "OP_OR",
    "OP_XOR",
    "OP_EQUAL",
    "OP_EQUALVERIFY",
    "OP_RESERVED1",
    "OP_RESERVED2",
    "OP_1ADD",
    "OP_1SUB",
    "OP_2MUL",
    "OP_2DIV",
    "OP_NEGATE",
    "OP_ABS",
    "OP_NOT",
    "OP_0NOTEQUAL",
    "OP_ADD",
    "OP_SUB",
    "OP_MUL",
    "OP_DIV",
    "OP_MOD",
    "OP_LSHIFT",
    "OP_RSHIFT",
    "OP_BOOLAND",
    "OP_BOOLOR",
    "OP_NUMEQUAL",
    "OP_NUMEQUALVERIFY",
    "OP_NUMNOTEQUAL",
    "OP_LESSTHAN",
    "OP_GREATERTHAN",
    "OP_LESSTHANOREQUAL",
    "OP_GREATERTHANOREQUAL",
    "OP_MIN",
    "OP_MAX",
    "OP_WITHIN",
    "OP_RIPEMD160",
    "OP_SHA1",
    "OP_SHA256",
    "OP_HASH160",
    "OP_HASH256",
    "OP_CODESEPARATOR",
    "OP_CHECKSIG",
    "OP_CHECKSIGVERIFY",
    "OP_CHECKMULTISIG",
    "OP_CHECKMULTISIGVERIFY",
    "OP_NOP1",
    "OP_CHECKLOCKTIMEVERIFY",
    "OP_CHECKSEQUENCEVERIFY",
    "OP_NOP4",
    "OP_NOP5",
    "OP_NOP6",
    "OP_NOP7",
    "OP_NOP8",
    "OP_NOP9",
    "OP_NOP10",
    "OP_CHECKSIGADD"};

}  // namespace

std::optional<Instruction> ScriptReader::next() {
    if (at_end()) return std::nullopt;
    const std::uint8_t opcode = script_[position_];
    std::size_t at = position_ + 1;
    std::size_t size = 0;
    if (opcode < OP_PUSHDATA1) {
        size = opcode;
    } else if (opcode <= OP_PUSHDATA4) {
        const std::size_t width = std::size_t{1} << (opcode - OP_PUSHDATA1);
        if (script_.size() - at < width) return std::nullopt;
        for (std::size_t i = 0; i < width; ++i)
            size |= std::size_t{script_[at + i]} << 8 * i;
        at += width;
    }
    if (script_.size() - at < size) return std::nullopt;
    position_ = at + size;
    return Instruction{opcode, script_.subspan(at, size)};
}

std::optional<WitnessProgram> witness_program(ByteView script) {
    if (script.size() < 4 || script.size() > 42) return std::nullopt;
    if (script[0] != OP_0 && (script[0] < OP_1 || script[0] > OP_16)) return std::nullopt;
    if (script[1] + std::size_t{2} != script.size()) return std::nullopt;
    const int version = script[0] == OP_0 ? 0 : script[0] - OP_1 + 1;
    return WitnessProgram{version, script.subspan(2)};
}

Bytes witness_script(int version, ByteView program) {
    assert(version >= 0 && version <= 16 && program.size() >= 2 && program.size() <= 40);
    Bytes script;
    script.push_back(static_cast<std::uint8_t>(version == 0 ? OP_0 : OP_1 + version - 1));
    script.push_back(static_cast<std::uint8_t>(program.size()));
    script.insert(script.end(), program.begin(), program.end());
    return script;
}

std::string_view opcode_name(std::uint8_t opcode) {
    if (opcode == OP_0) return "0";
    if (opcode == 0xff) return "OP_INVALIDOPCODE";
    if (opcode < kFirstNamed || opcode > OP_CHECKSIGADD) return "OP_UNKNOWN";
    return kNames[opcode - kFirstNamed];
}

}  // namespace starling
