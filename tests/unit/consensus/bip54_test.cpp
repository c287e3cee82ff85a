// BIP 54 as far as it concerns our networks: the coinbase's lock time, and 64-byte transactions.

#include "consensus/hex.h"
#include "consensus/serialize.h"
#include "support/read_file.h"
#include "support/shared_data.h"
#include "unit/consensus/draft_block.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace starling {
namespace {

using test::DraftBlock;

boost::json::value vectors(const char* file) {
    const Bytes text = test::read_file(test::shared_data(file));
    return text.empty() ? boost::json::value()
                        : boost::json::parse(std::string(text.begin(), text.end()));
}

Bytes bytes_of(const boost::json::value& text) {
    return *from_hex(std::string_view(text.as_string()));
}

// Bitcoin's own parameters where the vectors' blocks need them.
Parameters vector_parameters() {
    Parameters parameters = regtest();
    parameters.limit_bits = 0x1d00'ffff;
    parameters.bip54 = true;
    return parameters;
}

TEST(Bip54, JudgesEveryPublishedCoinbase) {
    const auto cases = vectors("vectors/bip-0054-coinbases.json");
    if (cases.is_null()) GTEST_SKIP() << "no vectors/bip-0054-coinbases.json";
    const Parameters parameters = vector_parameters();
    for (const auto& c : cases.as_array()) {
        std::deque<HeaderNode> nodes;
        std::string verdict;
        for (const auto& text : c.at("block_chain").as_array()) {
            const auto bytes = std::make_shared<const Bytes>(bytes_of(text));
            const auto block = check_block(bytes, parameters);
            ASSERT_TRUE(block) << describe(block.error());
            HeaderNode node;
            node.header = (*block)->block.header;
            if (!nodes.empty()) {
                const auto judged = check_block_after(**block, nodes.back(), parameters);
                verdict = judged ? "valid" : describe(judged.error());
                node.parent = &nodes.back();
                node.height = nodes.back().height + 1;
            }
            nodes.push_back(node);
        }
        EXPECT_EQ(verdict == "valid", c.at("valid").as_bool())
            << c.at("comment").as_string() << ": " << verdict;
    }
}

TEST(Bip54, JudgesEveryPublishedSize) {
    const auto cases = vectors("vectors/bip-0054-txsize.json");
    if (cases.is_null()) GTEST_SKIP() << "no vectors/bip-0054-txsize.json";
    HeaderNode parent;
    parent.height = {1'000'000};
    parent.header.time = 2'000'000'000;
    for (const auto& c : cases.as_array()) {
        const auto tx = decode_transaction(ByteView(bytes_of(c.at("tx"))));
        ASSERT_TRUE(tx) << tx.error();
        EXPECT_EQ(check_transaction_after(**tx, parent, local()).ok(), c.at("valid").as_bool())
            << c.at("comment").as_string();
        EXPECT_TRUE(check_transaction_after(**tx, parent, regtest()));
    }
}

struct Bip54Rules : testing::Test {
    test::NaiveChain chain{local()};
    DraftBlock draft{chain};
    std::string verdict() { return judged(chain, draft); }
};

TEST_F(Bip54Rules, WantACoinbaseLockedToTheHeightBelow) {
    EXPECT_EQ(verdict(), "valid");
    test::grow(chain, 3);
    draft = DraftBlock(chain);
    draft.transactions[0].lock_time = 2;
    EXPECT_EQ(verdict(), "bad-cb-locktime");
    draft.transactions[0].lock_time = 4;
    EXPECT_EQ(verdict(), "bad-txns-nonfinal");
}

TEST_F(Bip54Rules, WantTheLockOfACoinbaseInForce) {
    draft.transactions[0].inputs[0].sequence = 0xffff'ffff;
    EXPECT_EQ(verdict(), "bad-cb-sequence");
}

TEST_F(Bip54Rules, RefuseACoinbaseOfSixtyFourBytesToo) {
    draft.commit = false;
    draft.transactions[0].outputs[0].script_pubkey.resize(2);
    draft.transactions[0].inputs[0].script_sig.resize(2);
    ASSERT_EQ(Transaction(draft.transactions[0]).stripped_size(), 64U);
    EXPECT_EQ(verdict(), "bad-txns-size");
}

TEST_F(Bip54Rules, AreNotThoseOfRegtest) {
    test::NaiveChain regtest_chain(regtest());
    DraftBlock other(regtest_chain);
    other.transactions[0].inputs[0].sequence = 0xffff'ffff;
    other.transactions[0].lock_time = 77;
    EXPECT_EQ(judged(regtest_chain, other), "valid");
}

}  // namespace
}  // namespace starling
