#pragma once

#include "node/rpc/error.h"
#include "node/rpc/json_value.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace starling::rpc {

enum class Version { v1, v2 };  // JSON-RPC 1.1 as Bitcoin Core has it, or 2.0

// One call as it was asked.
struct Call {
    Version version = Version::v1;
    std::optional<JsonValue> id;  // absent in a notification of version 2.0
    std::string method;
    JsonValue parameters;
    std::optional<Error> malformed;  // then the rest may be incomplete

    [[nodiscard]] bool is_notification() const { return version == Version::v2 && !id; }
};

// The body of one HTTP request: one call, or a batch of them.
struct Request {
    bool batch = false;
    std::vector<Call> calls;         // one without a batch
    std::optional<Error> malformed;  // the body as a whole; then there is no call
};

Request parse_request(std::string_view body);

struct HttpAnswer {
    int status = 200;
    std::string body;  // empty with 204
};

// The answer to the request whose calls had these outcomes, in their order. Statuses as Bitcoin
// Core: an error of a single 1.1 call is 404 for an unknown method, 400 for an invalid request, 500
// otherwise; version 2.0 and batches are always 200; 204 where only notifications were sent.
HttpAnswer render(const Request& request, const std::vector<Outcome>& outcomes);

}  // namespace starling::rpc
