#include "wallet-cli/session.h"

#include "wallet-cli/output.h"

#include <cstdlib>
#include <fstream>
#include <unistd.h>

namespace starling::wallet {

namespace {

Parameters network_named(const std::string& name) {
    if (const Parameters* known = find_network(name)) return *known;
    throw CommandFailure("no network is called " + name + "; there are regtest, local and testnet",
                         Exit::usage);
}

std::string from_file(const std::filesystem::path& file) {
    std::ifstream in(file);
    std::string line;
    if (!std::getline(in, line)) throw CommandFailure("cannot read " + file.string());
    return line;
}

}  // namespace

std::filesystem::path default_datadir() {
    if (const char* data = std::getenv("XDG_DATA_HOME"); data != nullptr && *data != '\0')
        return std::filesystem::path(data) / "starling";
    const char* home = std::getenv("HOME");
    return std::filesystem::path(home != nullptr ? home : ".") / ".local/share/starling";
}

Session::Session(Options options)
    : options_(std::move(options)), parameters_(network_named(options_.network)) {
    const std::filesystem::path base =
        options_.datadir.empty() ? default_datadir() : options_.datadir;
    if (options_.testnet.empty()) options_.testnet = base / "local-testnet";
    options_.testnet = std::filesystem::absolute(options_.testnet);
    options_.datadir = base;
    if (options_.node <= 0) return;
    parameters_ = network_named("local");
    options_.datadir = options_.testnet / ("node" + std::to_string(options_.node));
    if (!std::filesystem::exists(options_.datadir)) {
        throw CommandFailure("there is no node " + std::to_string(options_.node) + " in " +
                             options_.testnet.string());
    }
}

std::filesystem::path Session::network_folder() const {
    return options_.datadir / parameters_.name;
}

std::filesystem::path Session::wallet_path() const {
    return options_.wallet.empty() ? network_folder() / "wallet.json" : options_.wallet;
}

RpcClient Session::client() const {
    if (options_.rpc.empty()) return RpcClient(access_of(network_folder()));
    const std::size_t colon = options_.rpc.rfind(':');
    RpcAccess access{.host = options_.rpc.substr(0, colon), .port = parameters_.rpc_port};
    if (colon != std::string::npos) {
        const int port = std::atoi(options_.rpc.c_str() + colon + 1);
        if (port <= 0 || port > 0xffff)
            throw CommandFailure("--rpc takes HOST:PORT, not " + options_.rpc, Exit::usage);
        access.port = static_cast<std::uint16_t>(port);
    }
    access.credentials =
        options_.rpc_user.empty() ? from_file(network_folder() / ".cookie") : options_.rpc_user;
    return RpcClient(access);
}

std::string Session::passphrase(const std::string& question) const {
    if (!options_.passphrase_file.empty()) return from_file(options_.passphrase_file);
    if (const char* given = std::getenv("STARLING_PASSPHRASE")) return given;
    return asked(question, true);
}

std::string Session::new_passphrase() const {
    const std::string first = passphrase("Passphrase for the wallet (empty: none): ");
    const bool typed = options_.passphrase_file.empty() &&
                       std::getenv("STARLING_PASSPHRASE") == nullptr && ::isatty(STDIN_FILENO) != 0;
    if (typed && asked("The same again: ", true) != first)
        throw CommandFailure("the two passphrases differ");
    return first;
}

SecretBytes Session::unlocked(const WalletFile& wallet) const {
    auto seed = unseal(wallet.seed, wallet.passphrase ? passphrase("Passphrase: ") : "");
    if (!seed) throw CommandFailure("the passphrase is wrong, or the wallet file was changed");
    return *std::move(seed);
}

}  // namespace starling::wallet
