// The reference node's chain and its verdicts on a hundred children of the chain's tip.

#include "consensus/hex.h"
#include "consensus/muhash.h"
#include "consensus/serialize.h"
#include "support/read_file.h"
#include "support/shared_data.h"
#include "unit/consensus/naive_chain.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace starling {
namespace {

constexpr std::int64_t kNow = 4'000'000'000;  // no block of the data is from the future

// Extends the chain by every block of bytes in bootstrap.dat framing.
void connect_all(test::NaiveChain& chain, const Bytes& file) {
    Reader in(file);
    while (!in.failed() && in.remaining() > 0) {
        ASSERT_EQ((in.array<4>()), chain.parameters().magic);
        auto bytes = std::make_shared<const Bytes>(in.bytes(in.u32()));
        const auto checked = check_block(bytes, chain.parameters());
        ASSERT_TRUE(checked) << describe(checked.error());
        const auto connected = chain.extend(*checked, kNow);
        ASSERT_TRUE(connected) << describe(connected.error());
        const ScriptBatch& scripts = *connected->scripts;
        const auto verified = verify_scripts(scripts, 0, scripts.checks.size());
        ASSERT_TRUE(verified) << describe(verified.error());
    }
}

std::string verdict(test::NaiveChain& chain, const Bytes& bytes) {
    const auto checked =
        check_block(std::make_shared<const Bytes>(bytes), chain.parameters(), CheckWork::no);
    if (!checked) return describe(checked.error());
    const auto connected = chain.judge(*checked, kNow);
    if (!connected) return describe(connected.error());
    const ScriptBatch& scripts = *connected->scripts;
    const auto verified = verify_scripts(scripts, 0, scripts.checks.size());
    return verified ? "valid" : describe(verified.error());
}

std::string reason_of(const std::string& verdict) {
    const std::string reason = verdict.substr(0, verdict.find(" ("));
    return reason == "rpc: Block decode failed" ? "block-decode-failed" : reason;
}

TEST(BlockCases, ConnectsTheReferenceChain) {
    const Bytes file = test::read_file(test::shared_data("cases/chain.dat"));
    if (file.empty()) GTEST_SKIP() << "no cases/chain.dat";
    test::NaiveChain chain(regtest());
    connect_all(chain, file);
    Amount total;
    for (const auto& [point, coin] : chain.coins())
        total += coin.output.value;
    EXPECT_EQ(chain.tip().height, Height{117});
    EXPECT_TRUE(to_string(chain.tip().hash).starts_with("5497da805e08"));
    EXPECT_EQ(chain.coins().size(), 219U);
    EXPECT_EQ(total, Amount{5802 * kCoin.units});
    MuHash muhash;
    for (const auto& [point, coin] : chain.coins())
        muhash.insert(coin_for_hash(point, coin));
    EXPECT_EQ(to_string(muhash.finish()),
              "8316a159031c10d11d4b69891587ecc2ae252cd27678afe2f1d79952f3e62b15");
}

TEST(BlockCases, GivesTheVerdictOfTheReferenceNode) {
    const Bytes file = test::read_file(test::shared_data("cases/chain.dat"));
    const Bytes text = test::read_file(test::shared_data("cases/block-cases.json"));
    if (file.empty() || text.empty()) GTEST_SKIP() << "no cases/block-cases.json";
    test::NaiveChain chain(regtest());
    connect_all(chain, file);
    const auto parsed = boost::json::parse(std::string(text.begin(), text.end()));
    for (const auto& c : parsed.at("cases").as_array()) {
        const auto bytes = from_hex(std::string_view(c.at("block").as_string()));
        ASSERT_TRUE(bytes);
        EXPECT_EQ(reason_of(verdict(chain, *bytes)),
                  reason_of(std::string(c.at("verdict").as_string())))
            << c.at("name").as_string();
    }
}

}  // namespace
}  // namespace starling
