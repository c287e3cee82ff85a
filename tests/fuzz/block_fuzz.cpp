// A block that decodes is written back byte for byte; one that passes the rules without context
// has a plan that agrees with itself.

#include "consensus/check_block.h"

#include <cassert>

using namespace starling;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto bytes = std::make_shared<const Bytes>(data, data + size);
    if (const auto block = decode_block(*bytes)) assert(serialized(*block) == *bytes);
    const auto checked = check_block(bytes, regtest(), CheckWork::no);
    if (!checked) return 0;
    const CheckedBlock& block = **checked;
    assert(block.needs.size() == block.spends.needs_order.size());
    assert(block.needs.size() <= block.spends.makers.size());
    for (const SpendPlan::Output& made : block.spends.made)
        assert(made.index < block.block.transactions.at(made.transaction)->outputs().size());
    HeaderNode parent;
    [[maybe_unused]] const auto after = check_block_after(block, parent, local());
    return 0;
}
