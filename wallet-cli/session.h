#pragma once

#include "consensus/parameters.h"
#include "wallet-cli/rpc_client.h"
#include "wallet-cli/wallet_file.h"

#include <filesystem>
#include <optional>
#include <string>

namespace starling::wallet {

// The options that every command shares: which node, which wallet, and how to answer.
struct Options {
    std::string network = "local";
    std::filesystem::path datadir;  // empty: $XDG_DATA_HOME/starling
    std::filesystem::path testnet;  // folder of the local testnet; empty: datadir/testnet
    int node = 0;                   // a node of the local testnet; 0: none
    std::string rpc;                // HOST:PORT; empty: what the data directory says
    std::string rpc_user;           // USER:PASSWORD; empty: the cookie
    std::filesystem::path wallet;   // empty: wallet.json in the network's folder
    std::filesystem::path passphrase_file;
    bool json = false;
};

// What the options mean on this machine.
class Session {
public:
    explicit Session(Options options);

    [[nodiscard]] const Options& options() const { return options_; }
    [[nodiscard]] bool json() const { return options_.json; }
    [[nodiscard]] const Parameters& parameters() const { return parameters_; }
    [[nodiscard]] const std::filesystem::path& testnet_folder() const { return options_.testnet; }
    [[nodiscard]] std::filesystem::path network_folder() const;
    [[nodiscard]] std::filesystem::path wallet_path() const;
    [[nodiscard]] RpcClient client() const;

    // From --passphrase-file, STARLING_PASSPHRASE or the terminal, in that order.
    [[nodiscard]] std::string passphrase(const std::string& question) const;
    [[nodiscard]] std::string new_passphrase() const;  // at the terminal twice
    [[nodiscard]] SecretBytes unlocked(const WalletFile& wallet) const;

private:
    Options options_;
    Parameters parameters_;
};

// $XDG_DATA_HOME/starling, by default ~/.local/share/starling: where starlingd keeps its data too.
std::filesystem::path default_datadir();

}  // namespace starling::wallet
