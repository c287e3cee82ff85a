#include "consensus/script_error.h"

#include <array>
#include <cstddef>

namespace starling {

namespace {

// In the order of the enumerators.
constexpr std::array<std::string_view,
                     static_cast<std::size_t>(ScriptError::discourage_upgradable_pubkey_type) + 1>
    kTexts{"No error",
           "Script evaluated without error but finished with a false/empty top stack element",
           "OP_RETURN was encountered",
           "Push value size limit exceeded",
           "Stack size limit exceeded",
           "Script failed an OP_VERIFY operation",
           "Script failed an OP_EQUALVERIFY operation",
           "Script failed an OP_NUMEQUALVERIFY operation",
           "Script failed an OP_CHECKSIGVERIFY operation",
           "Opcode missing or not understood",
           "Operation not valid with the current stack size",
           "Operation not valid with the current altstack size",
           "Invalid OP_IF construction",
           "Script number overflowed or is non-minimally encoded",
           "Negative locktime",
           "Locktime requirement not satisfied",
           "OP_IF/NOTIF argument must be minimal in tapscript",
           "Stack size must be exactly one after execution",
           "Witness program was passed an empty witness",
           "Witness program hash mismatch",
           "Witness requires empty scriptSig",
           "Invalid Schnorr signature size",
           "Invalid Schnorr signature hash type",
           "Invalid Schnorr signature",
           "Invalid Taproot control block size",
           "Too much signature validation relative to witness weight",
           "OP_CHECKMULTISIG(VERIFY) is not available in tapscript",
           "Empty public key in tapscript",
           "Output of a form that cannot be spent on this ledger",
           "Data push larger than necessary",
           "Script number overflowed or is non-minimally encoded",
           "NOPx reserved for soft-fork upgrades",
           "Witness version reserved for soft-fork upgrades",
           "Taproot version reserved for soft-fork upgrades",
           "OP_SUCCESSx reserved for soft-fork upgrades",
           "Public key version reserved for soft-fork upgrades"};

}  // namespace

std::string_view describe(ScriptError error) {
    return kTexts[static_cast<std::size_t>(error)];
}

}  // namespace starling
