#pragma once

#include "consensus/parameters.h"
#include "wallet-cli/account.h"
#include "wallet-cli/rpc_client.h"
#include "wallet-cli/wallet_file.h"

#include <map>
#include <vector>

namespace starling::wallet {

// An unspent output of ours.
struct OwnCoin {
    OutPoint point;
    Amount value;
    KeyPath path;
    std::int64_t confirmations = 0;  // 0: in the node's pool
    bool coinbase = false;
    bool ours = false;  // of a pool transaction that this wallet made: it may be spent again

    [[nodiscard]] bool mature() const { return !coinbase || confirmations >= 100; }
    [[nodiscard]] bool spendable() const { return mature() && (confirmations > 0 || ours); }
};

struct Balance {
    Amount spendable;  // confirmed and mature, or our own change
    Amount immature;   // mined less than 100 blocks ago
    Amount pending;    // paid to us by others and not yet in a block
};
Balance balance_of(const std::vector<OwnCoin>& coins);

// A wallet with its node: finds its coins by asking the node for the outputs of its descriptors, so
// that the words alone are enough to find everything again.
class Wallet {
public:
    // Addresses behind the last used one that are looked after: BIP 44's gap limit.
    static constexpr std::uint32_t kGap = 20;
    // Pool transactions that are looked through for ours; a fuller pool is only searched so far.
    static constexpr std::size_t kPoolMax = 5'000;

    Wallet(WalletFile& file, const Parameters& parameters, const RpcClient& node);

    // What is unspent now, confirmed or in the pool; moves next_receive and next_change on past
    // every address that was paid.
    std::vector<OwnCoin> coins();
    // Brings file.history up to the node's tip; after a reorganisation from where it was left.
    void update_history();

    [[nodiscard]] const Account& account() const { return account_; }
    [[nodiscard]] std::string address(KeyPath path) const;

private:
    [[nodiscard]] const KeyPath* find(const Bytes& script) const;
    void look_ahead();
    void paid(KeyPath path);
    std::vector<OwnCoin> confirmed_coins();
    void apply_pool(std::vector<OwnCoin>& coins);
    void apply_pool_transaction(const Transaction& tx, std::vector<OwnCoin>& coins);
    void rewind_history();
    void add_block(const rpc::JsonValue& block);
    void add_transaction(const rpc::JsonValue& tx, std::int64_t height, std::int64_t time);

    WalletFile& file_;
    const Parameters& parameters_;
    const RpcClient& node_;
    Account account_;
    std::map<Bytes, KeyPath> scripts_;
    std::uint32_t known_[2] = {0, 0};  // how many scripts of each branch are in scripts_
};

}  // namespace starling::wallet
