#include "node/rpc/cli_conversion.h"

#include <gtest/gtest.h>

namespace starling::rpc {
namespace {

std::string converted(std::string_view method,
                      const std::vector<std::string>& words,
                      bool named = false) {
    const auto parameters = cli_parameters(method, words, named);
    return parameters ? to_text(*parameters) : "refused: " + parameters.error();
}

TEST(CliConversionTest, WordsAreStringsUnlessTheMethodTakesJson) {
    EXPECT_EQ(converted("getblock", {"00ff", "2"}), R"(["00ff",2])");
    EXPECT_EQ(converted("getblockhash", {"7"}), "[7]");
    EXPECT_EQ(converted("getrawtransaction", {"12", "true"}), R"(["12",true])");
    EXPECT_EQ(converted("validateaddress", {"123"}), R"(["123"])");
    EXPECT_EQ(converted("scantxoutset", {"start", "[\"raw(51)\"]"}), "[\"start\",[\"raw(51)\"]]");
}

TEST(CliConversionTest, NamedWordsBecomeAnObject) {
        EXPECT_EQ(converted("getblock", {"blockhash=00ff", "verbosity=0"}, true),
                  R"({"blockhash":"00ff","verbosity":0})");
}

TEST(CliConversionTest, SaysWhichWordIsNoJson) {
        EXPECT_NE(converted("getblockhash", {"x"}).find("refused: "), std::string::npos);
}

}  // namespace
}  // namespace starling::rpc
