#pragma once

#include "consensus/bytes.h"
#include "consensus/signature.h"
#include "node/rpc/extended_key.h"
#include "wallet-cli/secrets.h"

#include <compare>
#include <cstdint>
#include <string>

namespace starling::wallet {

// Where a key stands in the account: BIP 44's last two steps.
struct KeyPath {
    bool change = false;
    std::uint32_t index = 0;

    friend auto operator<=>(const KeyPath&, const KeyPath&) = default;
};

// The public half of a BIP 86 account (m/86'/1'/0'; coin type 1, as on every test network): enough
// to make addresses and find coins, not to spend them.
class Account {
public:
    // Throws CommandFailure for text that is no extended public key.
    explicit Account(const std::string& xpub);
    // The account of a BIP 39 seed, as its extended public key.
    static std::string xpub_of(const SecretBytes& seed);

    [[nodiscard]] const std::string& xpub() const { return xpub_; }
    // The output script of a key without scripts beside it (BIP 86).
    [[nodiscard]] Bytes script(KeyPath path) const;
    // The descriptor of all its receiving or all its change outputs (BIP 386).
    [[nodiscard]] std::string descriptor(bool change) const;

private:
    std::string xpub_;
    rpc::ExtendedKey branches_[2];  // of receiving and of change keys
};

// The secret that spends the output of Account::script(path), its tweak included.
SecretKey spending_secret(const SecretBytes& seed, KeyPath path);

}  // namespace starling::wallet
