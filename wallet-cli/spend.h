#pragma once

#include "consensus/transaction.h"
#include "wallet-cli/coin_selection.h"
#include "wallet-cli/wallet.h"

#include <optional>
#include <vector>

namespace starling::wallet {

struct SpendOrder {
    Bytes to;  // output script
    Amount paid;
    std::int64_t fee_rate = 1'000;  // units per 1,000 virtual bytes
    KeyPath change;
    Height tip;  // the lock time is the next block's, against fee sniping
};

// Chooses coins and builds the transaction, unsigned. CommandFailure says need, have, immature and
// fee where the coins do not suffice.
struct Draft {
    TransactionData transaction;
    std::vector<OwnCoin> spent;  // in the order of the inputs
    Selection selection;
};
Draft draft_spend(const std::vector<OwnCoin>& coins,
                  const SpendOrder& order,
                  const Account& account,
                  Random& random);

// Key-path signatures for every input (BIP 341, default hash type); the order of inputs is the
// draft's. The result has been checked against the consensus rules.
TransactionData signed_spend(const Draft& draft, const Account& account, const SecretBytes& seed);

// Chance for coin selection and places of outputs, from the kernel.
class KernelRandom : public Random {
public:
    std::uint64_t next() override;
};

}  // namespace starling::wallet
