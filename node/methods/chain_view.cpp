#include "node/methods/chain_view.h"

namespace starling::node {

bool is_active(const Context& context, const HeaderNode* node) {
    return ancestor(tip_of(context), node->height) == node;
}

rpc::BlockPlace place_of(const Context& context, const HeaderNode* node) {
    rpc::BlockPlace place{.node = node, .confirmations = -1};
    if (is_active(context, node)) {
        const HeaderNode* tip = tip_of(context);
        place.confirmations = tip->height - node->height + 1;
        if (node != tip) place.next = ancestor(tip, node->height + 1)->hash;
    }
    return place;
}

}  // namespace starling::node
