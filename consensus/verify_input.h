#pragma once

#include "consensus/script_error.h"
#include "consensus/sighash.h"

namespace starling {

// May the input spend its output? Only witness programs of version 1 and above can be spent:
// version 1 with 32 bytes by BIP 341, the others by anyone (and by policy nobody), unless the
// program is all zeros. The first broken rule in the order of Bitcoin Core's VerifyScript. Pure;
// one context serves all inputs of a transaction, on any number of threads.
ScriptError verify_input(const SighashContext& context, std::size_t index, ScriptRules rules);

}  // namespace starling
