#pragma once

#include "node/methods/context.h"

namespace starling::node {

// BIP 23: judges a block that is not mined yet as if it were the next one, and changes nothing.
// Answers null, or the name of the first rule that it breaks.
void judge_proposal(Context& context, std::string block_hex, Reply reply);

}  // namespace starling::node
