// BIP 341 by its published vectors: trees and their outputs, and the messages that are signed.

#include "consensus/address.h"
#include "consensus/hex.h"
#include "consensus/script.h"
#include "consensus/sighash.h"
#include "consensus/signature.h"
#include "consensus/taproot.h"
#include "consensus/verify_input.h"
#include "support/read_file.h"
#include "support/shared_data.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <algorithm>

namespace starling {
namespace {

namespace json = boost::json;

std::string text_of(const json::value& value) {
    return std::string(value.as_string());
}
Bytes bytes_of(const json::value& value) {
    return from_hex(text_of(value)).value();
}
template <class Array>
Array array_of(const json::value& value) {
    Array out{};
    const Bytes bytes = bytes_of(value);
    EXPECT_EQ(bytes.size(), out.size());
    std::ranges::copy(bytes, out.begin());
    return out;
}
std::optional<Hash256> optional_hash(const json::value& value) {
    if (value.is_null()) return std::nullopt;
    return Hash256{array_of<std::array<std::uint8_t, 32>>(value)};
}

// A leaf with the hashes that lead from it to the root.
struct Leaf {
    Hash256 hash;
    std::uint8_t version = 0;
    Bytes path;
};

// Adds the leaves of a tree, from left to right, and gives its root.
Hash256 collect(const json::value& tree, std::vector<Leaf>& leaves) {
    if (tree.is_object()) {
        const auto version = tree.at("leafVersion").to_number<std::uint8_t>();
        const Hash256 hash = tap_leaf_hash(version, bytes_of(tree.at("script")));
        leaves.push_back({hash, version, {}});
        return hash;
    }
    const std::size_t begin = leaves.size();
    const Hash256 left = collect(tree.as_array().at(0), leaves);
    const std::size_t middle = leaves.size();
    const Hash256 right = collect(tree.as_array().at(1), leaves);
    for (std::size_t i = begin; i < leaves.size(); ++i) {
        const Hash256& sibling = i < middle ? right : left;
        leaves[i].path.insert(leaves[i].path.end(), sibling.bytes.begin(), sibling.bytes.end());
    }
    return tap_branch_hash(left, right);
}

void check_tree(const json::value& item) {
    const json::value& given = item.at("given");
    const json::value& between = item.at("intermediary");
    const json::value& expected = item.at("expected");
    const auto internal = array_of<XOnlyKey>(given.at("internalPubkey"));
    std::vector<Leaf> leaves;
    std::optional<Hash256> root;
    if (!given.at("scriptTree").is_null()) root = collect(given.at("scriptTree"), leaves);
    EXPECT_EQ(root, optional_hash(between.at("merkleRoot")));
    const Hash256 tweak = tap_tweak_hash(internal, root);
    EXPECT_EQ(hex(tweak.bytes), text_of(between.at("tweak")));
    const auto output = tweaked_key(internal, tweak).value();
    EXPECT_EQ(hex(output.key), text_of(between.at("tweakedPubkey")));
    const Bytes script = witness_script(1, output.key);
    EXPECT_EQ(hex(script), text_of(expected.at("scriptPubKey")));
    EXPECT_EQ(address_of_script(script, "bc"), text_of(expected.at("bip350Address")));

    for (std::size_t i = 0; i < leaves.size(); ++i) {
        const Leaf& leaf = leaves[i];
        EXPECT_EQ(hex(leaf.hash.bytes), text_of(between.at("leafHashes").at(i)));
        Bytes control{static_cast<std::uint8_t>(leaf.version + (output.odd ? 1 : 0))};
        control.insert(control.end(), internal.begin(), internal.end());
        control.insert(control.end(), leaf.path.begin(), leaf.path.end());
        EXPECT_EQ(hex(control), text_of(expected.at("scriptPathControlBlocks").at(i)));
        EXPECT_TRUE(commits_to_leaf(output.key, control, leaf.hash));
        control[0] ^= 1;
        EXPECT_FALSE(commits_to_leaf(output.key, control, leaf.hash));
    }
}

void check_spend(const SighashContext& context, const json::value& spend) {
    const json::value& given = spend.at("given");
    const json::value& between = spend.at("intermediary");
    const auto secret = array_of<SecretKey>(given.at("internalPrivkey"));
    const auto type = given.at("hashType").to_number<std::uint8_t>();
    const SighashInput input{.index = given.at("txinIndex").to_number<std::size_t>(), .annex = {}};

    const auto internal = public_key(secret).value();
    EXPECT_EQ(hex(internal), text_of(between.at("internalPubkey")));
    const Hash256 tweak = tap_tweak_hash(internal, optional_hash(given.at("merkleRoot")));
    EXPECT_EQ(hex(tweak.bytes), text_of(between.at("tweak")));
    const auto tweaked = tweaked_secret(secret, tweak).value();
    EXPECT_EQ(hex(tweaked), text_of(between.at("tweakedPrivkey")));
    EXPECT_EQ(hex(taproot_message(context, input, type).value()), text_of(between.at("sigMsg")));
    const Hash256 hash = taproot_sighash(context, input, type).value();
    EXPECT_EQ(hex(hash.bytes), text_of(between.at("sigHash")));
    const auto signature = sign_schnorr(tweaked, hash.bytes, {}).value();
    EXPECT_TRUE(text_of(spend.at("expected").at("witness").at(0)).starts_with(hex(signature)));
}

json::value vectors() {
    const Bytes file =
        test::read_file(test::shared_data("vectors/bip-0341-wallet-test-vectors.json"));
    return file.empty() ? json::value{} : json::parse(std::string(file.begin(), file.end()));
}

TEST(Bip341, TreesLeadToTheOutputsOfTheVectors) {
    const json::value all = vectors();
    if (all.is_null()) GTEST_SKIP() << "no vectors/bip-0341-wallet-test-vectors.json";
    for (const json::value& item : all.at("scriptPubKey").as_array())
        check_tree(item);
}

TEST(Bip341, MessagesHashesAndSignaturesAreThoseOfTheVectors) {
    const json::value all = vectors();
    if (all.is_null()) GTEST_SKIP() << "no vectors/bip-0341-wallet-test-vectors.json";
    for (const json::value& item : all.at("keyPathSpending").as_array()) {
        const json::value& given = item.at("given");
        const json::value& between = item.at("intermediary");
        const auto tx = decode_transaction(bytes_of(given.at("rawUnsignedTx"))).value();
        std::vector<TxOut> spent;
        for (const json::value& output : given.at("utxosSpent").as_array())
            spent.push_back(
                {Amount{output.at("amountSats").as_int64()}, bytes_of(output.at("scriptPubKey"))});
        const SighashContext context(tx->data(), spent);
        EXPECT_EQ(hex(context.amounts.bytes), text_of(between.at("hashAmounts")));
        EXPECT_EQ(hex(context.outputs.bytes), text_of(between.at("hashOutputs")));
        EXPECT_EQ(hex(context.prevouts.bytes), text_of(between.at("hashPrevouts")));
        EXPECT_EQ(hex(context.script_pubkeys.bytes), text_of(between.at("hashScriptPubkeys")));
        EXPECT_EQ(hex(context.sequences.bytes), text_of(between.at("hashSequences")));
        for (const json::value& spend : item.at("inputSpending").as_array())
            check_spend(context, spend);

        const auto done = decode_transaction(bytes_of(item.at("auxiliary").at("fullySignedTx")));
        const SighashContext signed_context((*done)->data(), spent);
        for (const json::value& spend : item.at("inputSpending").as_array()) {
            const auto index = spend.at("given").at("txinIndex").to_number<std::size_t>();
            EXPECT_EQ(verify_input(signed_context, index, ScriptRules::policy), ScriptError::ok);
        }
    }
}

}  // namespace
}  // namespace starling
