#pragma once

#include "consensus/bytes.h"
#include "consensus/result.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace starling {

// The address of a witness program (BIP 173 for version 0, BIP 350 from version 1).
std::string segwit_address(std::string_view prefix, int version, ByteView program);

struct AddressError {
    std::string message;             // for a person
    std::vector<std::size_t> where;  // positions of characters, where they are known
};

// The output script that pays to an address of the network with this human-readable part.
Result<Bytes, AddressError> script_of_address(std::string_view address, std::string_view prefix);

// The address of an output script; nothing where there is none (only witness programs have one).
std::optional<std::string> address_of_script(ByteView script_pubkey, std::string_view prefix);

// Bitcoin Core's names for forms of outputs: "witness_v1_taproot", "nulldata", "nonstandard", ...
std::string_view script_type(ByteView script_pubkey);

}  // namespace starling
