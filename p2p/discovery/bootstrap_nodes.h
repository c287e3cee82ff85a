#pragma once

#include "p2p/identity/record.h"

#include <string>
#include <vector>

namespace starling::p2p {

// The nodes to begin with that one source named: what they tell us is one voice of several.
struct BootstrapNodes {
    std::string source;  // who runs them, for people: BootstrapSource::name, or a --bootnode
    std::vector<Shared<Record>> nodes;
};

}  // namespace starling::p2p
