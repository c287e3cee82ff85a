#pragma once

#include "consensus/bech32.h"
#include "consensus/bytes.h"
#include "consensus/result.h"

#include <optional>
#include <string>
#include <string_view>

namespace starling {

// The address of a witness program (BIP 173 for version 0, BIP 350 from version 1).
std::string segwit_address(std::string_view prefix, int version, ByteView program);

// The output script that pays to an address of the network with this human-readable part. Legacy
// addresses (Base58Check) have the same prefixes on all test networks, and so on ours: what is sent
// there can never be spent, but a person should be told what it is.
Result<Bytes, AddressError> script_of_address(std::string_view address, std::string_view prefix);

// The address of an output script; nothing where there is none.
std::optional<std::string> address_of_script(ByteView script_pubkey, std::string_view prefix);

// Bitcoin Core's names for forms of outputs: "witness_v1_taproot", "nulldata", "nonstandard", ...
std::string_view script_type(ByteView script_pubkey);

}  // namespace starling
