#include "wallet-cli/account.h"

#include "consensus/script.h"
#include "consensus/taproot.h"
#include "wallet-cli/failure.h"

namespace starling::wallet {

namespace {

// BIP 86's purpose, the coin type of every test network (SLIP 44), the first account.
const std::vector<std::uint32_t> kAccountPath{86 | rpc::kHardened, 1 | rpc::kHardened,
                                              0 | rpc::kHardened};

rpc::ExtendedKey require(std::optional<rpc::ExtendedKey> key) {
    if (!key) throw CommandFailure("the wallet's extended key is not valid");
    return *std::move(key);
}

rpc::ExtendedKey account_key(const SecretBytes& seed) {
    return require(require(rpc::ExtendedKey::from_seed(seed.view())).descendant(kAccountPath));
}

}  // namespace

Account::Account(const std::string& xpub)
    : xpub_(xpub),
      branches_{require(require(rpc::ExtendedKey::parse(xpub)).child(0)),
                require(require(rpc::ExtendedKey::parse(xpub)).child(1))} {}

std::string Account::xpub_of(const SecretBytes& seed) {
    return account_key(seed).neutered().text(rpc::ExtendedKey::Prefix::test);
}

Bytes Account::script(KeyPath path) const {
    const auto key = require(branches_[path.change ? 1 : 0].child(path.index));
    const XOnlyKey internal = key.x_only();
    const auto output = tweaked_key(internal, tap_tweak_hash(internal, std::nullopt));
    if (!output) throw CommandFailure("this key has no Taproot output");
    return witness_script(1, output->key);
}

std::string Account::descriptor(bool change) const {
    return "tr(" + xpub_ + (change ? "/1/*)" : "/0/*)");
}

SecretKey spending_secret(const SecretBytes& seed, KeyPath path) {
    const auto key = require(account_key(seed).descendant({path.change ? 1u : 0u, path.index}));
    const auto secret = tweaked_secret(*key.secret(), tap_tweak_hash(key.x_only(), std::nullopt));
    if (!secret) throw CommandFailure("this key has no Taproot output");
    return *secret;
}

}  // namespace starling::wallet
