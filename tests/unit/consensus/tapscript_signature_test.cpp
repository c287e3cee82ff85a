// BIP 342: signatures in scripts, their budget, and what they commit to.

#include "unit/consensus/leaf_spend.h"

#include <gtest/gtest.h>

namespace starling {
namespace {

using test::LeafSpend;

const std::string kKey = "<" + hex(LeafSpend::key()) + ">";

TEST(TapscriptSignature, IsCheckedForEveryHashType) {
    for (const std::uint8_t type :
         std::initializer_list<std::uint8_t>{0x00, 0x01, 0x02, 0x03, 0x81, 0x82, 0x83}) {
        LeafSpend spend(kKey + " CHECKSIG");
        const Bytes signature = spend.signature(type);
        EXPECT_EQ(spend.verdict({signature}, ScriptRules::policy), ScriptError::ok) << int{type};
        Bytes other = signature;
        other[10] ^= 1;
        EXPECT_EQ(spend.verdict({other}), ScriptError::schnorr_sig);
    }
}

TEST(TapscriptSignature, CommitsToWhatItsHashTypeSays) {
    const auto still_valid = [](std::uint8_t type, auto change) {
        LeafSpend spend(kKey + " CHECKSIG");
        spend.tx.inputs.push_back({.previous = {.txid = {}, .index = 6}});
        spend.tx.outputs.push_back({Amount{1}, {}});
        spend.spent.push_back(spend.spent[0]);
        const Bytes signature = spend.signature(type);
        change(spend);
        return spend.verdict({signature}) == ScriptError::ok;
    };
    const auto own_output = [](LeafSpend& s) { s.tx.outputs[0].value.units += 1; };
    const auto other_output = [](LeafSpend& s) { s.tx.outputs[1].value.units += 1; };
    const auto other_input = [](LeafSpend& s) { s.tx.inputs[1].previous.index += 1; };
    const auto other_coin = [](LeafSpend& s) { s.spent[1].value.units += 1; };
    const auto own_coin = [](LeafSpend& s) { s.spent[0].value.units += 1; };
    const auto own_sequence = [](LeafSpend& s) { s.tx.inputs[0].sequence += 1; };
    const auto lock_time = [](LeafSpend& s) { s.tx.lock_time += 1; };
    for (const std::uint8_t type :
         std::initializer_list<std::uint8_t>{0x00, 0x01, 0x02, 0x03, 0x81, 0x82, 0x83}) {
        const bool anyone = (type & kSighashAnyoneCanPay) != 0;
        const int outputs = type & 3;
        EXPECT_EQ(still_valid(type, own_output), outputs == kSighashNone) << int{type};
        EXPECT_EQ(still_valid(type, other_output), outputs >= kSighashNone) << int{type};
        EXPECT_EQ(still_valid(type, other_input), anyone) << int{type};
        EXPECT_EQ(still_valid(type, other_coin), anyone) << int{type};
        EXPECT_FALSE(still_valid(type, own_coin)) << int{type};
        EXPECT_FALSE(still_valid(type, own_sequence)) << int{type};
        EXPECT_FALSE(still_valid(type, lock_time)) << int{type};
    }
}

TEST(TapscriptSignature, HasAKnownLengthAndHashType) {
    LeafSpend spend(kKey + " CHECKSIG");
    Bytes signature = spend.signature();
    for (const std::size_t size : {1U, 63U, 66U, 520U}) {
        Bytes resized = signature;
        resized.resize(size);
        EXPECT_EQ(spend.verdict({resized}), ScriptError::schnorr_sig_size) << size;
    }
    signature.push_back(0);
    for (const std::uint8_t type :
         std::initializer_list<std::uint8_t>{0x00, 0x04, 0x80, 0x84, 0xff}) {
        signature.back() = type;
        EXPECT_EQ(spend.verdict({signature}), ScriptError::schnorr_sig_hash_type) << int{type};
    }
    spend.tx.inputs.insert(spend.tx.inputs.begin(), TxIn{});
    spend.spent.insert(spend.spent.begin(), TxOut{});
    spend.tx.inputs[1].witness = {Bytes(65, 3), spend.script, spend.control};
    EXPECT_EQ(verify_input(SighashContext(spend.tx, spend.spent), 1, ScriptRules::consensus),
              ScriptError::schnorr_sig_hash_type);  // SINGLE of an output that is not there
}

TEST(TapscriptSignature, MayBeEmptyWhereNoIsAnAnswer) {
    EXPECT_EQ(LeafSpend(kKey + " CHECKSIG NOT").verdict({Bytes{}}), ScriptError::ok);
    EXPECT_EQ(LeafSpend(kKey + " CHECKSIG").verdict({Bytes{}}), ScriptError::eval_false);
    EXPECT_EQ(LeafSpend(kKey + " CHECKSIGVERIFY 1").verdict({Bytes{}}),
              ScriptError::check_sig_verify);
    EXPECT_EQ(LeafSpend("5 " + kKey + " CHECKSIGADD 5 EQUAL").verdict({Bytes{}}), ScriptError::ok);
    LeafSpend verified(kKey + " CHECKSIGVERIFY 1");
    EXPECT_EQ(verified.verdict({verified.signature()}), ScriptError::ok);
    LeafSpend added("-1 " + kKey + " CHECKSIGADD NOT");
    EXPECT_EQ(added.verdict({added.signature()}), ScriptError::ok);
    EXPECT_EQ(LeafSpend("<0000000000> " + kKey + " CHECKSIGADD").verdict({Bytes{}}),
              ScriptError::number_overflow);
}

TEST(TapscriptSignature, KnowsKeysOf32BytesOnly) {
    const Bytes any(64, 1);
    for (const char* key : {"<1111>", "<020202>",
                            "<021111111111111111111111111111111111111111111111111111111"
                            "111111111>"}) {
        LeafSpend spend(std::string(key) + " CHECKSIG");
        EXPECT_EQ(spend.verdict({any}), ScriptError::ok) << key;
        EXPECT_EQ(spend.verdict({any}, ScriptRules::policy),
                  ScriptError::discourage_upgradable_pubkey_type);
        EXPECT_EQ(spend.verdict({Bytes{}}), ScriptError::eval_false);
    }
    for (const char* words : {"0 CHECKSIG", "0 CHECKSIGVERIFY 1", "1 0 CHECKSIGADD"}) {
        EXPECT_EQ(LeafSpend(words).verdict({any}), ScriptError::tapscript_empty_pubkey);
        EXPECT_EQ(LeafSpend(words).verdict({Bytes{}}), ScriptError::tapscript_empty_pubkey);
    }
    const std::string off_curve = "<" + std::string(64, 'f') + ">";
    EXPECT_EQ(LeafSpend(off_curve + " CHECKSIG").verdict({any}), ScriptError::schnorr_sig);
}

TEST(TapscriptSignature, IsPaidForByTheSizeOfTheWitness) {
    // Unknown keys cost too. A signature of one byte, so that the witness hardly grows: items and
    // their sizes 4, signature 1, control block 33, script 6 n + 2; and 50 are free.
    const auto verdict = [](int checks, std::size_t padding) {
        std::string words = "DROP ";
        for (int i = 0; i < checks; ++i)
            words += "<01> <01> CHECKSIGVERIFY ";
        return LeafSpend(words + "1").verdict({Bytes(padding)});
    };
    // 1 + (1 + padding) + (1 + 5 n + 2) + (1 + 33) + 50 = 89 + padding + 5 n
    EXPECT_EQ(verdict(1, 0), ScriptError::ok);
    EXPECT_EQ(verdict(2, 1), ScriptError::ok);  // exactly 100
    EXPECT_EQ(verdict(2, 0), ScriptError::tapscript_validation_weight);
    EXPECT_EQ(verdict(4, 91), ScriptError::ok);
    EXPECT_EQ(verdict(4, 90), ScriptError::tapscript_validation_weight);
    EXPECT_EQ(LeafSpend("DUP 2DUP 2DUP 0 CHECKSIG NOT").verdict({Bytes{}}),
              ScriptError::tapscript_empty_pubkey);
}

TEST(TapscriptSignature, CommitsToTheLastExecutedCodeSeparator) {
    LeafSpend spend("1 IF CODESEPARATOR ELSE CODESEPARATOR ENDIF " + kKey + " CHECKSIG");
    EXPECT_EQ(spend.verdict({spend.signature(kSighashAll, 2)}), ScriptError::ok);
    EXPECT_EQ(spend.verdict({spend.signature(kSighashAll, 4)}), ScriptError::schnorr_sig);
    EXPECT_EQ(spend.verdict({spend.signature(kSighashAll)}), ScriptError::schnorr_sig);
    // Positions count opcodes, not bytes, and count those that are skipped.
    LeafSpend after("0 IF <0102030405> DROP ENDIF CODESEPARATOR " + kKey + " CHECKSIG");
    EXPECT_EQ(after.verdict({after.signature(kSighashAll, 5)}), ScriptError::ok);
}

TEST(TapscriptPolicy, AsksForTheShortestPushesAndNumbers) {
    const auto both = [](const char* words) {
        EXPECT_EQ(LeafSpend(words).verdict(), ScriptError::ok) << words;
        return LeafSpend(words).verdict({}, ScriptRules::policy);
    };
    for (const char* words :
         {"0x0101", "0x4c0155", "0x4d010055", "0x4e0100000055 ", "0x0181", "0x4c00 1 EQUAL NOT"})
        EXPECT_EQ(both(words), ScriptError::minimal_data) << words;
    for (const char* words : {"0x0111", "0x51", "0x4f", "0x00 NOT", "0x0200ff"})
        EXPECT_EQ(both(words), ScriptError::ok) << words;
    EXPECT_EQ(both("0x020100 NOT NOT"), ScriptError::number_not_minimal);
    EXPECT_EQ(both("0x0180 NOT"), ScriptError::number_not_minimal);
    EXPECT_EQ(both("0x0280ff ABS"), ScriptError::ok);
    EXPECT_EQ(both("0x028000 NOT NOT"), ScriptError::ok);
    for (const char* nop : {"NOP1", "NOP4", "NOP10"})
        EXPECT_EQ(both((std::string(nop) + " 1").c_str()), ScriptError::discourage_upgradable_nops);
    EXPECT_EQ(both("0 IF NOP4 0x0101 ENDIF 1"), ScriptError::ok);  // only what is executed
}

}  // namespace
}  // namespace starling
