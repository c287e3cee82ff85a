#include "node/rpc/request.h"

#include <gtest/gtest.h>

namespace starling::rpc {
namespace {

HttpAnswer answered(std::string_view body, const Outcome& outcome = std::string("7")) {
    const Request request = parse_request(body);
    return render(request, std::vector<Outcome>(request.calls.size(), outcome));
}

TEST(RequestTest, AnswersVersion1WithResultAndError) {
    const auto good = answered(R"({"method":"a","params":[],"id":1})");
    EXPECT_EQ(good.status, 200);
    EXPECT_NE(good.body.find(R"("result":7,"error":null,"id":1)"), std::string::npos) << good.body;
    const auto bad = answered(R"({"method":"a","id":1})", failure(Code::misc, "no"));
    EXPECT_EQ(bad.status, 500);
    EXPECT_NE(bad.body.find(R"("result":null)"), std::string::npos);
}

TEST(RequestTest, StatusesOfVersion1FollowTheError) {
    const char* call = R"({"method":"a","id":1})";
    EXPECT_EQ(answered(call, failure(Code::method_not_found, "x")).status, 404);
    EXPECT_EQ(answered(call, failure(Code::invalid_request, "x")).status, 400);
    EXPECT_EQ(answered(call, failure(Code::invalid_parameter, "x")).status, 500);
}

TEST(RequestTest, Version2AnswersErrorsWithStatus200AndOneOfTheTwo) {
    const char* call = R"({"jsonrpc":"2.0","method":"a","id":"x"})";
    EXPECT_EQ(answered(call).body.find("error"), std::string::npos);
    const auto bad = answered(call, failure(Code::misc, "no"));
    EXPECT_EQ(bad.status, 200);
    EXPECT_EQ(bad.body.find("result"), std::string::npos);
}

TEST(RequestTest, ANotificationGetsNoBody) {
    const auto answer = answered(R"({"jsonrpc":"2.0","method":"a"})");
    EXPECT_EQ(answer.status, 204);
    EXPECT_TRUE(answer.body.empty());
}

TEST(RequestTest, ABatchIsAnsweredInItsOrder) {
    const Request request = parse_request(
        R"([{"method":"a","id":1},{"jsonrpc":"2.0","method":"b"},{"method":"c","id":3}])");
    ASSERT_TRUE(request.batch);
    ASSERT_EQ(request.calls.size(), 3u);
    const auto answer = render(request, std::vector<Outcome>(3, std::string("0")));
    EXPECT_EQ(answer.status, 200);
    EXPECT_LT(answer.body.find("\"id\":1"), answer.body.find("\"id\":3"));
}

TEST(RequestTest, SaysWhatIsWrongWithABody) {
    EXPECT_EQ(parse_request("{nonsense").malformed->code, Code::parse_error);
    for (const char* body : {R"({"id":1})", R"({"method":5,"id":1})",
                             R"({"method":"a","params":7})", R"({"jsonrpc":"3.0","method":"a"})"}) {
        const Request request = parse_request(body);
        EXPECT_TRUE(request.malformed || request.calls.at(0).malformed) << body;
    }
}

}  // namespace
}  // namespace starling::rpc
