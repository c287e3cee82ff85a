#pragma once

#include "node/methods/context.h"

#include <functional>

namespace starling::node {

// What a block's body is read for: run by a worker, with the block and its bytes; the outcome is
// the answer to the call.
using BodyUse = std::function<rpc::Outcome(const Block&, ByteView)>;

// Reads a body and answers with what `use` makes of it. A body that was accepted a moment ago and
// is still on its way to the store is waited for. Bitcoin Core's errors for bodies we do not have.
void answer_by_body(Context& context, const HeaderNode* node, BodyUse use, Reply reply);

}  // namespace starling::node
