#pragma once

#include "consensus/random.h"
#include "consensus/signature.h"
#include "consensus/transaction.h"

#include <cstdint>
#include <span>
#include <string_view>

namespace starling::sim {

// Who may spend a coin: one key, and the Taproot output that is that very key (BIP 341 advises a
// tweak, the rule does not ask for it; nobody here has scripts to hide).
struct SpendingKey {
    SecretKey secret{};
    Bytes script;
};

// The same for the same seed, purpose ("wallet", "miner", ...) and owner.
SpendingKey spending_key(std::uint64_t seed, std::string_view purpose, std::uint64_t index);

// Gives every input its witness: a BIP 340 signature, or 64 bytes by chance for worlds in which
// nobody checks them. All inputs spend outputs of this key, `spent` in their order.
void sign(TransactionData& tx,
          std::span<const TxOut> spent,
          const SpendingKey& key,
          bool real,
          Random& random);

}  // namespace starling::sim
