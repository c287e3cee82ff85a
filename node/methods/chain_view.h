#pragma once

#include "node/methods/context.h"
#include "node/rpc/block_json.h"

namespace starling::node {

inline const chain::Chainstate& chain_of(const Context& context) {
    return context.ledger().chain();
}
inline const HeaderNode* tip_of(const Context& context) {
    return chain_of(context).tip();
}

// Whether the block is on the chain that ends in our tip.
bool is_active(const Context& context, const HeaderNode* node);
// Where a block stands as of now, without the number of its transactions.
rpc::BlockPlace place_of(const Context& context, const HeaderNode* node);

// What is wrong with a hash that names no block we know, as Bitcoin Core says it.
inline Failure<rpc::Error> block_not_found() {
    return rpc::failure(rpc::Code::invalid_address_or_key, "Block not found");
}

}  // namespace starling::node
