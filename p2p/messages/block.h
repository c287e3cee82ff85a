#pragma once

#include "consensus/check_block.h"
#include "consensus/result.h"
#include "consensus/serialize.h"

#include <string>
#include <string_view>

namespace starling::p2p {

// A block, checked without context by the worker that decoded it. It is a BlockMessage even where
// the block breaks a rule, for what that says about its header and sender is Gossip's to judge.
struct BlockMessage {
    static constexpr std::string_view kCommand = "block";

    BlockHash hash;  // of its first 80 bytes
    Header header;
    Result<Shared<CheckedBlock>, Reject> checked;

    // Only of a block that passed its checks; others have lost their bytes.
    void encode(Writer& out) const;
    // Fails only where not even a header is there. `payload` is kept by the checked block.
    static Result<BlockMessage, std::string> decode(Shared<Bytes> payload,
                                                    const Parameters& parameters);
};

}  // namespace starling::p2p
