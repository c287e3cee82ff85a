#pragma once

#include "consensus/result.h"

#include <string>
#include <utility>

namespace starling::rpc {

// Bitcoin Core's error codes (rpc/protocol.h): clients decide by them.
enum class Code : int {
    misc = -1,
    type_error = -3,
    invalid_address_or_key = -5,
    out_of_memory = -7,
    invalid_parameter = -8,
    not_connected = -9,
    initial_download = -10,
    database = -20,
    deserialization = -22,
    node_already_added = -23,
    node_not_added = -24,
    verify_error = -25,
    verify_rejected = -26,
    verify_already_in_chain = -27,
    in_warmup = -28,
    node_not_connected = -29,
    invalid_ip_or_subnet = -30,
    invalid_request = -32600,
    method_not_found = -32601,
    invalid_params = -32602,
    internal_error = -32603,
    parse_error = -32700,
};

struct Error {
    Code code = Code::misc;
    std::string message;

    friend bool operator==(const Error&, const Error&) = default;
};

// What a method answers: the JSON text of its result, or an error.
using Outcome = Result<std::string, Error>;

inline Failure<Error> failure(Code code, std::string message) {
    return Failure{Error{code, std::move(message)}};
}

}  // namespace starling::rpc
