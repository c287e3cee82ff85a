#include "node/rpc/json_value.h"
#include "node/rpc/json_writer.h"

#include <gtest/gtest.h>

namespace starling::rpc {
namespace {

TEST(JsonTest, KeepsTheTextOfNumbers) {
    const auto value = parse_json(R"({"a": 5802.00000000, "b": 1e-8, "c": -0})");
    ASSERT_TRUE(value.ok());
    EXPECT_EQ(value->find("a")->text, "5802.00000000");
    EXPECT_EQ(value->find("b")->text, "1e-8");
    EXPECT_EQ(to_text(*value), R"({"a":5802.00000000,"b":1e-8,"c":-0})");
}

TEST(JsonTest, RefusesWhatIsNotJson) {
    for (const char* text : {"", "{", "[1,]", "{\"a\":}", "nul", "1e400", "01", "\"\\x\"", "[1] 2",
                             "'a'", "{a:1}", "\"\xff\"", "NaN"}) {
        EXPECT_FALSE(parse_json(text).ok()) << text;
    }
}

TEST(JsonTest, BoundsDepthAndSize) {
    const auto nested = [](std::size_t depth) {
        return std::string(depth, '[') + std::string(depth, ']');
    };
    EXPECT_TRUE(parse_json(nested(64)).ok());
    EXPECT_FALSE(parse_json(nested(65)).ok());
    EXPECT_FALSE(parse_json(nested(100'000)).ok());
    EXPECT_FALSE(parse_json("[1,2,3,4]", {.depth_max = 9, .values_max = 4}).ok());
}

TEST(JsonTest, TakesTheFirstOfRepeatedMembers) {
    const auto value = parse_json(R"({"a":1,"a":2})");
    ASSERT_TRUE(value.ok());
    EXPECT_EQ(value->find("a")->integer(), 1);
    EXPECT_EQ(value->find("b"), nullptr);
}

TEST(JsonTest, IntegersAreWholeAndFit) {
    const auto whole = [](const char* text) { return parse_json(text)->integer(); };
    EXPECT_EQ(whole("-7"), -7);
    EXPECT_EQ(whole("999999999999999999"), 999'999'999'999'999'999);
    EXPECT_EQ(whole("9223372036854775808"), std::nullopt);
    EXPECT_EQ(whole("1.5"), std::nullopt);
}

TEST(JsonTest, WritesWhatReadsBack) {
    JsonWriter out;
    out.begin_object().field("text", "a\"b\\\n\x01").field("flag", true).field("n", -3);
    out.field("amount", Amount{150'000'000}).key("list").begin_array().value(1).null().end_array();
    const std::string text = out.end_object().take();
    const auto value = parse_json(text);
    ASSERT_TRUE(value.ok()) << text;
    EXPECT_EQ(value->find("text")->text, "a\"b\\\n\x01");
    EXPECT_EQ(value->find("amount")->text, "1.50000000");
    EXPECT_EQ(value->find("list")->items.size(), 2u);
    EXPECT_EQ(parse_json(to_text(*value))->find("n")->integer(), -3);
}

TEST(JsonTest, StrangersBytesDoNotBreakTheText) {
    JsonWriter out;
    const std::string text = out.begin_array().value("\xff\xfe\xc0\x80").end_array().take();
    EXPECT_TRUE(parse_json(text).ok()) << text;
}

}  // namespace
}  // namespace starling::rpc
