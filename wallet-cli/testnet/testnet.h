#pragma once

#include "wallet-cli/rpc_client.h"
#include "wallet-cli/session.h"
#include "wallet-cli/testnet/testnet_file.h"
#include "wallet-cli/wallet_file.h"

#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace starling::wallet {

// A network of real daemons on loopback, each with a wallet, in one folder. Every verb may be said
// again: what is already so stays so.
//
// Nobody is told whom to connect to: each daemon gets the node record of node 1, node 1 none, and
// they find each other. A partition is kept by refusals (setban), which a daemon forgets when it
// ends; who starts is refused by the other side's daemons until it refuses them again.
class Testnet {
public:
    // The least depth at which a coinbase can be spent, and one block to spend it in.
    static constexpr int kMaturity = 100;

    struct Row {
        int number = 0;
        bool running = false;
        std::string rpc;
        std::string wallet;
        std::int64_t height = 0;
        std::int64_t peers = 0;
        std::string tip;
        Amount balance;
    };

    // The testnet that is there; CommandFailure if there is none.
    explicit Testnet(const Session& session);
    // The testnet that is there, or a new one of `nodes`; grows if it had fewer.
    Testnet(const Session& session, std::size_t nodes, const std::string& miner);

    void start_all();  // wallets, daemons, first coins
    void start(int number);
    void stop(int number);
    void stop_all();
    void partition(std::vector<std::set<int>> sides);
    void heal();
    // Has a node find blocks that pay its wallet; gives the hash of the last.
    std::string mine(int number, int blocks);

    [[nodiscard]] std::vector<Row> rows() const;
    [[nodiscard]] bool is_running(int number) const { return running(number); }
    [[nodiscard]] std::filesystem::path log_of(int number) const;
    [[nodiscard]] Session session_of(int number) const;  // for the wallet commands
    [[nodiscard]] const TestnetFile& file() const { return file_; }

private:
    [[nodiscard]] std::filesystem::path datadir(int number) const;
    [[nodiscard]] bool running(int number) const;
    [[nodiscard]] std::string p2p_address(int number) const;
    [[nodiscard]] int count() const { return static_cast<int>(file_.nodes.size()); }
    [[nodiscard]] std::set<int> everybody() const;
    TestnetFile::Node& node(int number);
    [[nodiscard]] const TestnetFile::Node& node(int number) const;
    [[nodiscard]] RpcClient client(int number) const;
    [[nodiscard]] std::string first_address(int number) const;
    void make_wallet(int number);
    [[nodiscard]] std::filesystem::path record_file(int number) const;
    void launch(int number);
    void wait_ready(int number);
    void bring_up(const std::set<int>& numbers);
    void refuse_other_sides(int number) const;
    void fund_all();
    void wait_same_tip() const;
    [[nodiscard]] int neighbours(int number) const;
    void wait_connected() const;
    [[nodiscard]] Row row(int number) const;

    const Session& session_;
    std::filesystem::path folder_;
    TestnetFile file_;
};

}  // namespace starling::wallet
