#pragma once

#include "consensus/header_node.h"
#include "consensus/parameters.h"
#include "consensus/random.h"

#include <cstddef>
#include <vector>

namespace starling::sim {

// A header that obeys every rule after its parent and commits to nothing that exists.
Header fake_header(const BlockHash& parent,
                   std::uint32_t time,
                   const Parameters& parameters,
                   Random& random);
// So many of them on a block, a second apart.
std::vector<Header> fake_headers(const HeaderNode& parent,
                                 std::size_t count,
                                 const Parameters& parameters,
                                 Random& random);

}  // namespace starling::sim
