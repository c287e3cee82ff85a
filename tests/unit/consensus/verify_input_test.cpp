// Which outputs can be spent, and what a witness must look like (BIP 141, 341).

#include "consensus/hash.h"
#include "consensus/script_batch.h"
#include "consensus/serialize.h"
#include "unit/consensus/leaf_spend.h"

#include <gtest/gtest.h>

namespace starling {
namespace {

using test::LeafSpend;

// The verdicts of both rules on a spend of this output script.
struct Verdicts {
    ScriptError consensus, policy;
};

Verdicts verdicts(const std::string& script_hex,
                  const std::vector<Bytes>& witness,
                  const Bytes& script_sig = {}) {
    TransactionData tx;
    tx.inputs = {TxIn{.previous = {}, .script_sig = script_sig, .sequence = 0, .witness = witness}};
    tx.outputs = {TxOut{}};
    const std::vector<TxOut> spent{{Amount{1}, from_hex(script_hex).value()}};
    const SighashContext context(tx, spent);
    return {verify_input(context, 0, ScriptRules::consensus),
            verify_input(context, 0, ScriptRules::policy)};
}

TEST(VerifyInput, LetsAnyoneSpendUndefinedWitnessProgramsByConsensusAlone) {
    for (const char* script : {"52020001", "60020100", "51024e73", "5103010203",
                               "5221020202020202020202020202020202020202020202020202020202020202"
                               "020202"}) {
        for (const std::vector<Bytes>& witness : {std::vector<Bytes>{}, {Bytes(1'000, 7)}}) {
            const Verdicts both = verdicts(script, witness);
            EXPECT_EQ(both.consensus, ScriptError::ok) << script;
            EXPECT_EQ(both.policy, ScriptError::discourage_upgradable_witness_program) << script;
        }
        EXPECT_EQ(verdicts(script, {}, Bytes{OP_1}).consensus, ScriptError::witness_malleated);
    }
}

TEST(VerifyInput, TakesAProgramOfZerosForFalse) {
    for (const char* script : {"52020000", "60020080",
                               "5104000000"
                               "00"})
        EXPECT_EQ(verdicts(script, {}).consensus, ScriptError::eval_false) << script;
    EXPECT_EQ(verdicts("52028000", {}).consensus, ScriptError::ok);
}

TEST(VerifyInput, NeverSpendsLegacyAndVersion0Outputs) {
    const std::string twenty(40, '1');
    for (const std::string& script :
         {std::string("51"), std::string(), "0014" + twenty, "0020" + std::string(64, '1'),
          "76a914" + twenty + "88ac", "a914" + twenty + "87", std::string("0103"),
          "5129" + std::string(82, '1')}) {  // a program of 41 bytes is none
        EXPECT_EQ(verdicts(script, {}).consensus, ScriptError::unspendable_output) << script;
        EXPECT_EQ(verdicts(script, {Bytes{1}}, Bytes{OP_1}).policy,
                  ScriptError::unspendable_output);
    }
}

TEST(VerifyInput, AsksTaprootForAWitnessAndAnEmptyScriptSig) {
    LeafSpend spend(Bytes{OP_1});
    const std::string output = hex(spend.spent[0].script_pubkey);
    EXPECT_EQ(verdicts(output, {}).consensus, ScriptError::witness_program_witness_empty);
    EXPECT_EQ(verdicts(output, {Bytes{}}).consensus, ScriptError::schnorr_sig_size);
    EXPECT_EQ(verdicts(output, {spend.script, spend.control}).policy, ScriptError::ok);
    EXPECT_EQ(verdicts(output, {spend.script, spend.control}, Bytes{OP_1}).consensus,
              ScriptError::witness_malleated);
}

TEST(VerifyInput, ChecksTheKeyPath) {
    LeafSpend spend(Bytes{OP_1});
    const auto secret = tweaked_secret(LeafSpend::kSecret,
                                       tap_tweak_hash(*public_key(LeafSpend::kSecret), spend.leaf));
    const auto sign = [&](std::optional<Hash256> annex) {
        const SighashInput input{.index = 0, .annex = annex};
        const auto hash = taproot_sighash(SighashContext(spend.tx, spend.spent), input, 0).value();
        const auto made = sign_schnorr(*secret, hash.bytes, {}).value();
        return Bytes(made.begin(), made.end());
    };
    const auto verdict = [&](std::vector<Bytes> witness) {
        spend.tx.inputs[0].witness = std::move(witness);
        return verify_input(SighashContext(spend.tx, spend.spent), 0, ScriptRules::consensus);
    };
    EXPECT_EQ(verdict({sign({})}), ScriptError::ok);
    const Bytes annex{kAnnexTag, 1, 2};
    Writer with_size;
    with_size.sized_bytes(annex);
    const Bytes signature = sign(sha256(with_size.out()));
    EXPECT_EQ(verdict({signature, annex}), ScriptError::ok);
    EXPECT_EQ(verdict({signature}), ScriptError::schnorr_sig);
    EXPECT_EQ(verdict({signature, {kAnnexTag, 1, 3}}), ScriptError::schnorr_sig);
    EXPECT_EQ(verdict({sign({}), annex}), ScriptError::schnorr_sig);
    // Alone, what looks like an annex is a signature; without the tag it is a control block.
    EXPECT_EQ(verdict({annex}), ScriptError::schnorr_sig_size);
    EXPECT_EQ(verdict({sign({}), {1, 2}}), ScriptError::taproot_wrong_control_size);
    EXPECT_EQ(verdict({sign({}), {}}), ScriptError::taproot_wrong_control_size);
}

TEST(VerifyInput, AsksForAControlBlockThatProvesTheScript) {
    for (const std::size_t size : {0U, 1U, 32U, 34U, 64U, 66U, 33U + 32U * 129U}) {
        LeafSpend spend(Bytes{OP_1});
        spend.control.resize(size, 0xaa);
        EXPECT_EQ(spend.verdict(), ScriptError::taproot_wrong_control_size) << size;
    }
    for (const std::size_t size : {65U, 33U + 32U * 128U}) {
        LeafSpend spend(Bytes{OP_1});
        spend.control.resize(size, 0xaa);
        EXPECT_EQ(spend.verdict(), ScriptError::witness_program_mismatch) << size;
    }
    for (std::size_t i = 0; i < 33; ++i) {
        LeafSpend spend(Bytes{OP_1});
        spend.control[i] ^= 1;
        EXPECT_EQ(spend.verdict(), ScriptError::witness_program_mismatch) << i;
    }
    LeafSpend other(Bytes{OP_1});
    other.script = {OP_16};
    EXPECT_EQ(other.verdict(), ScriptError::witness_program_mismatch);
}

TEST(VerifyInput, LetsAnyoneSpendUnknownLeafVersionsByConsensusAlone) {
    for (unsigned version = 0; version < 256; version += 2) {
        if (version == kAnnexTag || version == kTapscriptLeafVersion) continue;
        LeafSpend spend(Bytes{OP_RETURN}, static_cast<std::uint8_t>(version));
        EXPECT_EQ(spend.verdict(), ScriptError::ok) << version;
        EXPECT_EQ(spend.verdict({}, ScriptRules::policy),
                  ScriptError::discourage_upgradable_taproot_version);
    }
}

ScriptBatch batch_of(ScriptRules rules, std::initializer_list<const char*> scripts) {
    ScriptBatch batch;
    batch.rules = rules;
    for (const char* words : scripts) {
        LeafSpend spend((std::string(words)));
        spend.tx.inputs[0].witness = {spend.script, spend.control};
        batch.checks.push_back({std::make_shared<const Transaction>(spend.tx), spend.spent});
    }
    return batch;
}

TEST(VerifyScripts, NamesTheFirstFailureOfItsPart) {
    const ScriptBatch batch = batch_of(ScriptRules::consensus, {"1", "RETURN", "0", "NOP4 1"});
    EXPECT_TRUE(verify_scripts(batch, 0, 1));
    EXPECT_TRUE(verify_scripts(batch, 2, 2));
    EXPECT_TRUE(verify_scripts(batch, 3, 4));
    const auto refused = verify_scripts(batch, 0, 4);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(), (Reject{RejectKind::invalid, "block-script-verify-flag-failed",
                                       "OP_RETURN was encountered"}));
}

TEST(VerifyScripts, TellsWhatOnlyPolicyRefuses) {
    const auto refused = [](const char* words) {
        return verify_scripts(batch_of(ScriptRules::policy, {words}), 0, 1).error();
    };
    const std::string_view reason = "mempool-script-verify-flag-failed";
    EXPECT_EQ(refused("NOP4 1"),
              (Reject{RejectKind::policy, reason, "NOPx reserved for soft-fork upgrades"}));
    EXPECT_EQ(refused("0x020100 NOT"),
              (Reject{RejectKind::policy, reason,
                      "Script number overflowed or is non-minimally encoded"}));
    EXPECT_EQ(refused("<0100000000> NOT"),
              (Reject{RejectKind::invalid, reason,
                      "Script number overflowed or is non-minimally encoded"}));
    EXPECT_EQ(refused("RETURN"),
              (Reject{RejectKind::invalid, reason, "OP_RETURN was encountered"}));
}

}  // namespace
}  // namespace starling
