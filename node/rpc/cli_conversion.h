#pragma once

#include "consensus/result.h"
#include "node/rpc/json_value.h"

#include <string>
#include <string_view>
#include <vector>

namespace starling::rpc {

// Turns the words of a command line into the `params` of a call, as bitcoin-cli does: a word is a
// string, unless the method's parameter at that place is known to be JSON.
//
// `named` takes "name=value" words (bitcoin-cli -named); words without '=' go to "args".
// The error is a sentence for a person.
Result<JsonValue, std::string> cli_parameters(std::string_view method,
                                              const std::vector<std::string>& words,
                                              bool named = false);

}  // namespace starling::rpc
