#pragma once

#include "consensus/bytes.h"
#include "consensus/digest.h"

namespace starling::p2p {

// Keccak-256 as Ethereum has it: the submission to the SHA-3 contest, with padding 01 and not
// SHA-3's 06. Only for node ids and the signatures of records (EIP-778).
Hash256 keccak256(ByteView bytes);

}  // namespace starling::p2p
