// BIP 342: what each opcode does, and where a script ends.

#include "consensus/tapscript.h"

#include "unit/consensus/leaf_spend.h"

#include <gtest/gtest.h>

namespace starling {
namespace {

using test::LeafSpend;
using test::script_of;

std::string repeated(const std::string& word, int times) {
    std::string out;
    for (int i = 0; i < times; ++i)
        out += word + ' ';
    return out;
}

// What becomes of a script that starts with these elements, the last one on top.
std::string text_of(const std::string& words,
                    std::vector<Bytes> stack = {},
                    ScriptRules rules = ScriptRules::consensus) {
    return std::string(describe(LeafSpend(words).verdict(std::move(stack), rules)));
}

TEST(Tapscript, MovesTheStackAsItsOpcodesSay) {
    for (const char* words : {
             "1 2 TOALTSTACK 1 EQUALVERIFY FROMALTSTACK 2 EQUAL",
             "1 2 3 2DROP 1 EQUAL",
             "1 2 2DUP 2 EQUALVERIFY 1 EQUALVERIFY 2 EQUALVERIFY 1 EQUAL",
             "1 2 3 3DUP 3 EQUALVERIFY 2 EQUALVERIFY 1 EQUALVERIFY DEPTH 3 EQUALVERIFY 2DROP",
             "1 2 3 4 2OVER 2 EQUALVERIFY 1 EQUALVERIFY 4 EQUALVERIFY 2DROP",
             "1 2 3 4 5 6 2ROT 2 EQUALVERIFY 1 EQUALVERIFY 6 EQUALVERIFY 2DROP 3 EQUAL",
             "1 2 3 4 2SWAP 2 EQUALVERIFY 1 EQUALVERIFY 4 EQUALVERIFY 3 EQUAL",
             "1 IFDUP EQUAL",
             "7 0 IFDUP DROP 7 EQUAL",
             "5 6 NIP 6 EQUAL",
             "1 2 OVER 1 EQUALVERIFY DROP",
             "7 8 9 2 PICK 7 EQUALVERIFY 2DROP",
             "7 8 9 2 ROLL 7 EQUALVERIFY 9 EQUALVERIFY 8 EQUAL",
             "1 2 3 ROT 1 EQUALVERIFY 3 EQUALVERIFY 2 EQUAL",
             "1 2 SWAP 1 EQUALVERIFY 2 EQUAL",
             "1 2 TUCK 2 EQUALVERIFY 1 EQUALVERIFY 2 EQUAL",
             "<0102030405> SIZE 5 EQUALVERIFY",
             "0 SIZE 0 EQUALVERIFY NOT",
             "0x4f -1 EQUAL",
             "NOP 1",
         }) {
        EXPECT_EQ(text_of(words), "No error") << words;
    }
}

TEST(Tapscript, ComputesWithNumbersOfFourBytes) {
    for (const char* words : {
             "1 1ADD 2 EQUAL",
             "1 1SUB 0 EQUAL",
             "5 NEGATE -5 EQUAL",
             "-5 ABS 5 EQUAL",
             "0 NOT",
             "7 0NOTEQUAL",
             "2147483647 1ADD 2147483648 EQUAL",
             "2147483647 2147483647 ADD 4294967294 EQUAL",
             "3 5 SUB -2 EQUAL",
             "1 2 BOOLAND",
             "0 2 BOOLOR",
             "2 2 NUMEQUAL",
             "2 2 NUMEQUALVERIFY 1",
             "2 3 NUMNOTEQUAL",
             "2 3 LESSTHAN",
             "3 2 GREATERTHAN",
             "2 2 LESSTHANOREQUAL",
             "2 2 GREATERTHANOREQUAL",
             "2 3 MIN 2 EQUAL",
             "2 3 MAX 3 EQUAL",
             "2 2 3 WITHIN",
             "3 2 3 WITHIN NOT",
             "<010000> <01> NUMEQUAL",  // consensus does not ask for the shortest number
         }) {
        EXPECT_EQ(text_of(words), "No error") << words;
    }
    const std::string overflow = "Script number overflowed or is non-minimally encoded";
    for (const char* words : {"2147483648 1ADD", "1 <0100000000> ADD", "1 1 <0000000000> WITHIN",
                              "<0000000000> NOT", "1 <0000000000> PICK"})
        EXPECT_EQ(text_of(words), overflow) << words;
    EXPECT_EQ(text_of("2 3 NUMEQUALVERIFY 1"), "Script failed an OP_NUMEQUALVERIFY operation");
}

TEST(Tapscript, HashesWithTheFiveFunctions) {
    for (const char* words : {
             "0 RIPEMD160 <9c1185a5c5e9fc54612808977ee8f548b2258d31> EQUAL",
             "0 SHA1 <da39a3ee5e6b4b0d3255bfef95601890afd80709> EQUAL",
             "0 SHA256 <e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855> EQUAL",
             "0 HASH160 <b472a266d0bd89c13706a4132ccfb16f7c3b9fcb> EQUAL",
             "0 HASH256 <5df6e0e2761359d30a8275058e299fcc0381534545f55cf43e41983f5d4c9456> EQUAL",
         }) {
        EXPECT_EQ(text_of(words), "No error") << words;
    }
}

TEST(Tapscript, NeedsAsManyElementsAsAnOpcodeTakes) {
    const std::string text = "Operation not valid with the current stack size";
    for (const char* opcode :
         {"TOALTSTACK", "IFDUP", "DROP", "DUP", "VERIFY", "SIZE", "1ADD", "NOT", "SHA256",
          "HASH160", "CHECKLOCKTIMEVERIFY", "CHECKSEQUENCEVERIFY"})
        EXPECT_EQ(text_of(opcode), text) << opcode;
    for (const char* opcode : {"2DROP", "2DUP", "NIP", "OVER", "SWAP", "TUCK", "PICK", "ROLL",
                               "EQUAL", "EQUALVERIFY", "ADD", "MAX", "CHECKSIG", "CHECKSIGVERIFY"})
        EXPECT_EQ(text_of(std::string("1 ") + opcode), text) << opcode;
    for (const char* opcode : {"3DUP", "ROT", "WITHIN", "CHECKSIGADD"})
        EXPECT_EQ(text_of(std::string("1 1 ") + opcode), text) << opcode;
    EXPECT_EQ(text_of("1 1 1 2OVER"), text);
    EXPECT_EQ(text_of("1 1 1 2SWAP"), text);
    EXPECT_EQ(text_of("1 1 1 1 1 2ROT"), text);
    EXPECT_EQ(text_of("1 2 2 PICK"), text);
    EXPECT_EQ(text_of("1 2 -1 ROLL"), text);
    EXPECT_EQ(text_of("FROMALTSTACK"), "Operation not valid with the current altstack size");
}

TEST(Tapscript, BranchesOnExactlyTrueOrEmpty) {
    for (const char* words : {
             "1 IF 5 ELSE 6 ENDIF 5 EQUAL",
             "0 IF 5 ELSE 6 ENDIF 6 EQUAL",
             "0 NOTIF 5 ELSE 6 ENDIF 5 EQUAL",
             "1 IF 1 ELSE 2 ELSE 3 ENDIF ADD 4 EQUAL",
             "0 IF 1 IF RETURN ELSE RETURN ENDIF ELSE 1 ENDIF",
             "0 IF NOP10 CHECKMULTISIG RETURN 1 0 PICK ENDIF 1",
             "1 0 IF 0 IF ELSE ENDIF ENDIF",
         }) {
        EXPECT_EQ(text_of(words), "No error") << words;
    }
    const std::string unbalanced = "Invalid OP_IF construction";
    for (const char* words :
         {"IF 1 ENDIF", "1 IF 1", "ELSE", "ENDIF", "1 ENDIF", "0 IF 0 IF ENDIF"})
        EXPECT_EQ(text_of(words), unbalanced) << words;
    const std::string minimal = "OP_IF/NOTIF argument must be minimal in tapscript";
    for (const char* words : {"2 IF 1 ENDIF", "<00> IF 1 ENDIF", "<0100> NOTIF 1 ENDIF"})
        EXPECT_EQ(text_of(words), minimal) << words;
    for (const char* words : {"1 0 IF VERIF ENDIF", "1 0 IF VERNOTIF ENDIF"})
        EXPECT_EQ(text_of(words), "Opcode missing or not understood") << words;
}

TEST(Tapscript, NestsBranchesWithoutALimit) {
    Bytes script(200'000, OP_IF);
    script.insert(script.begin(), OP_0);
    script.insert(script.end(), 200'000, OP_ENDIF);
    script.push_back(OP_1);
    EXPECT_EQ(LeafSpend(script).verdict(), ScriptError::ok);
}

TEST(Tapscript, EndsWithOneTrueElement) {
    EXPECT_EQ(text_of("1"), "No error");
    EXPECT_EQ(text_of("1 1"), "Stack size must be exactly one after execution");
    EXPECT_EQ(text_of("NOP"), "Stack size must be exactly one after execution");
    const std::string is_false =
        "Script evaluated without error but finished with a false/empty top stack element";
    for (const char* words : {"0", "<00>", "<000080>", "<80>"})
        EXPECT_EQ(text_of(words), is_false) << words;
    EXPECT_EQ(text_of("<8000>"), "No error");
    EXPECT_EQ(text_of("1 VERIFY 0 VERIFY"), "Script failed an OP_VERIFY operation");
    EXPECT_EQ(text_of("1 2 EQUALVERIFY"), "Script failed an OP_EQUALVERIFY operation");
    EXPECT_EQ(text_of("1 RETURN"), "OP_RETURN was encountered");
}

TEST(Tapscript, SucceedsWhereAnOpSuccessStandsThatCanBeRead) {
    int successes = 0;
    for (unsigned op = 0; op < 256; ++op) {
        const auto byte = static_cast<std::uint8_t>(op);
        const Bytes script{OP_RETURN, byte};
        if (LeafSpend(script).verdict() != ScriptError::ok) continue;
        ++successes;
        EXPECT_EQ(LeafSpend(script).verdict({}, ScriptRules::policy),
                  ScriptError::discourage_op_success);
    }
    EXPECT_EQ(successes, 87);  // OP_SUCCESSx of BIP 342
    EXPECT_EQ(text_of("RETURN CAT 0x4c"), "No error");
    EXPECT_EQ(text_of("0x4c"), "Opcode missing or not understood");
    EXPECT_EQ(text_of("0x03cafe7e RETURN"), "OP_RETURN was encountered");  // in pushed data
    EXPECT_EQ(text_of("CAT", std::vector<Bytes>(1'500, Bytes(600))), "No error");
}

TEST(Tapscript, HoldsAThousandElementsOf520Bytes) {
    const std::string full = "Stack size limit exceeded";
    const std::string big = "Push value size limit exceeded";
    EXPECT_EQ(text_of(repeated("1", 1'000) + repeated("2DROP", 499) + "EQUAL"), "No error");
    EXPECT_EQ(text_of(repeated("1", 1'001)), full);
    EXPECT_EQ(text_of(repeated("1 TOALTSTACK", 999) + "1 DUP"), full);
    EXPECT_EQ(text_of("1", std::vector<Bytes>(1'001)), full);
    EXPECT_EQ(text_of(repeated("2DROP", 500) + "1", std::vector<Bytes>(1'000)), "No error");
    EXPECT_EQ(text_of("DROP 1", {Bytes(520)}), "No error");
    EXPECT_EQ(text_of("DROP 1", {Bytes(521)}), big);
    EXPECT_EQ(text_of("<" + std::string(1'040, '1') + "> DROP 1"), "No error");
    // Also where it is not executed.
    EXPECT_EQ(text_of("0 IF <" + std::string(1'042, '1') + "> ENDIF 1"), big);
}

TEST(Tapscript, ComparesLockTimesOfOneKind) {
    const auto verdict = [](std::int64_t wanted, std::uint32_t lock_time, std::uint32_t sequence) {
        LeafSpend spend(std::to_string(wanted) + " CHECKLOCKTIMEVERIFY DROP 1");
        spend.tx.lock_time = lock_time;
        spend.tx.inputs[0].sequence = sequence;
        return spend.verdict();
    };
    EXPECT_EQ(verdict(100, 100, 0), ScriptError::ok);
    EXPECT_EQ(verdict(101, 100, 0), ScriptError::unsatisfied_locktime);
    EXPECT_EQ(verdict(100, 100, 0xffff'ffff), ScriptError::unsatisfied_locktime);
    EXPECT_EQ(verdict(499'999'999, 500'000'000, 0), ScriptError::unsatisfied_locktime);
    EXPECT_EQ(verdict(500'000'000, 500'000'000, 0), ScriptError::ok);
    EXPECT_EQ(verdict(0xffff'ffff, 0xffff'ffff, 0), ScriptError::ok);
    EXPECT_EQ(verdict(-1, 100, 0), ScriptError::negative_locktime);
    EXPECT_EQ(text_of("<010000000000> CHECKLOCKTIMEVERIFY"),
              "Script number overflowed or is non-minimally encoded");
}

TEST(Tapscript, ComparesRelativeLocksOfOneKind) {
    constexpr std::uint32_t kTime = 1U << 22;
    constexpr std::uint32_t kDisabled = 1U << 31;
    const auto verdict = [](std::int64_t wanted, std::uint32_t sequence, std::uint32_t version) {
        LeafSpend spend(std::to_string(wanted) + " CHECKSEQUENCEVERIFY DROP 1");
        spend.tx.version = version;
        spend.tx.inputs[0].sequence = sequence;
        return spend.verdict();
    };
    EXPECT_EQ(verdict(7, 7, 2), ScriptError::ok);
    EXPECT_EQ(verdict(8, 7, 2), ScriptError::unsatisfied_locktime);
    EXPECT_EQ(verdict(7, 7, 1), ScriptError::unsatisfied_locktime);
    EXPECT_EQ(verdict(7, 7, 0xffff'ffff), ScriptError::ok);  // versions are unsigned
    EXPECT_EQ(verdict(7, 7 | kTime, 2), ScriptError::unsatisfied_locktime);
    EXPECT_EQ(verdict(7 | kTime, 7 | kTime, 2), ScriptError::ok);
    EXPECT_EQ(verdict(7, 7 | kDisabled, 2), ScriptError::unsatisfied_locktime);
    EXPECT_EQ(verdict(7 | kDisabled, 0, 1), ScriptError::ok);
    EXPECT_EQ(verdict(7 | 0x10'0000, 7, 2), ScriptError::ok);  // other bits have no meaning
    EXPECT_EQ(verdict(-1, 7, 2), ScriptError::negative_locktime);
}

TEST(Tapscript, RefusesWhatItDoesNotKnow) {
    const std::string multisig = "OP_CHECKMULTISIG(VERIFY) is not available in tapscript";
    EXPECT_EQ(text_of("CHECKMULTISIG"), multisig);
    EXPECT_EQ(text_of("CHECKMULTISIGVERIFY"), multisig);
    EXPECT_EQ(text_of("1 0xff"), "Opcode missing or not understood");
    EXPECT_EQ(text_of("1 0 IF 0xff ENDIF"), "No error");
}

}  // namespace
}  // namespace starling
