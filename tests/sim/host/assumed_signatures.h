#pragma once

#include "consensus/script_batch.h"
#include "consensus/signature.h"

namespace starling::sim {

// What a hostile host writes where a signature is due. It is none by BIP 340 (no point of the curve
// has this x coordinate), so it is refused where signatures are checked and where they are assumed.
constexpr SchnorrSignature kForgedSignature{};
bool has_forgery(const Transaction& tx);

// verify_scripts for worlds in which nobody signs: every signature is good but the forged ones.
Result<Unit, Reject> assume_scripts(const ScriptBatch& batch);

}  // namespace starling::sim
