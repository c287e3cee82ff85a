#pragma once

#include "consensus/block.h"
#include "consensus/height.h"
#include "consensus/work.h"

namespace starling {

// A header at its place in the tree of all headers. Lives in an arena that only grows (a chain of
// shared pointers would be destroyed by recursion), so a pointer to it is valid for the life of the
// node, and may be shared between threads.
struct HeaderNode {
    Header header;
    BlockHash hash;
    Height height;
    Work work;                           // of the whole chain up to here
    const HeaderNode* parent = nullptr;  // null only for genesis
    const HeaderNode* skip = nullptr;    // an ancestor far below: makes ancestor() logarithmic
    std::uint32_t time_max = 0;          // greatest time on the chain up to here
};

// The ancestor at a height, itself included; null if `height` is above the node or negative.
const HeaderNode* ancestor(const HeaderNode* node, Height height);
// The last block that both chains have; never null for nodes of one tree.
const HeaderNode* fork_point(const HeaderNode* a, const HeaderNode* b);
// The height at which the skip pointer of a node at `height` points (Bitcoin Core's choice).
Height skip_height(Height height);
// BIP 113: the median of the times of a block and its ten predecessors.
std::uint32_t median_time_past(const HeaderNode* node);

}  // namespace starling
