// The reference node's own generated Taproot spends: every `success` accepted, every `failure`
// refused.
#include "consensus/hex.h"
#include "consensus/serialize.h"
#include "consensus/verify_input.h"
#include "support/shared_data.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace starling {
namespace {

namespace json = boost::json;

Bytes bytes_of(const json::value& text) {
    return *from_hex(text.as_string());
}

TxOut output_of(const json::value& text) {
    const Bytes bytes = bytes_of(text);
    Reader in(bytes);
    const std::int64_t value = in.i64();
    TxOut output{{value}, in.sized_bytes(10'000)};
    EXPECT_TRUE(in.finished());
    return output;
}

ScriptError judged(TransactionData tx,
                   const std::vector<TxOut>& spent,
                   std::size_t index,
                   const json::object& spend) {
    TxIn& input = tx.inputs.at(index);
    input.script_sig = bytes_of(spend.at("scriptSig"));
    input.witness.clear();
    for (const json::value& item : spend.at("witness").as_array())
        input.witness.push_back(bytes_of(item));
    return verify_input(SighashContext(tx, spent), index, ScriptRules::consensus);
}

TEST(TaprootSpendsTest, AgreesWithTheReferenceNodeOnEveryCase) {
    std::ifstream file(test::shared_data("vectors/taproot-spends.json"));
    if (!file) GTEST_SKIP() << "vectors/taproot-spends.json is not there";
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const json::value cases = json::parse(text);
    for (const json::value& item : cases.as_array()) {
        const json::object& spend = item.as_object();
        SCOPED_TRACE(std::string(spend.at("comment").as_string()));
        const auto tx = decode_transaction(bytes_of(spend.at("tx")));
        ASSERT_TRUE(tx.ok()) << tx.error();
        std::vector<TxOut> spent;
        for (const json::value& output : spend.at("prevouts").as_array())
            spent.push_back(output_of(output));
        const auto index = spend.at("index").to_number<std::size_t>();
        if (const auto* success = spend.if_contains("success")) {
            const ScriptError error = judged((*tx)->data(), spent, index, success->as_object());
            EXPECT_EQ(error, ScriptError::ok) << describe(error);
        }
        if (const auto* failure = spend.if_contains("failure")) {
            EXPECT_NE(judged((*tx)->data(), spent, index, failure->as_object()), ScriptError::ok);
        }
    }
}

}  // namespace
}  // namespace starling
