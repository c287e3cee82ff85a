#pragma once

#include "wallet-cli/session.h"

#include <filesystem>
#include <optional>
#include <string>

namespace starling::wallet {

// `starling wallet ...`. Each prints its answer; failures are CommandFailure.
void wallet_new(const Session& session, int words);
void wallet_restore(const Session& session);
void wallet_address(const Session& session, bool show_all);
void wallet_balance(const Session& session);
void wallet_history(const Session& session, int count);

struct SendOrder {
    std::string address;
    std::string amount;               // in coins, as typed
    std::optional<std::string> rate;  // units a virtual byte, as typed
    bool dry_run = false;
};
void wallet_send(const Session& session, const SendOrder& order);

// What the commands above, and the local testnet, are made of.
struct Created {
    WalletFile file;
    std::vector<std::string> words;
};
// A wallet that does not exist yet; refuses to replace one.
Created create_wallet(const Session& session,
                      const std::filesystem::path& path,
                      const std::string& passphrase,
                      std::optional<std::vector<std::string>> words,
                      int word_count);
struct Sent {
    std::string txid;
    Amount paid, fee;
    std::size_t coins = 0;
    std::int64_t virtual_size = 0;
};
Sent send(const Session& session, const SendOrder& order);
// Units per 1,000 virtual bytes: the node's estimate, or what was asked for.
std::int64_t fee_rate(const RpcClient& node, const std::optional<std::string>& asked);

}  // namespace starling::wallet
