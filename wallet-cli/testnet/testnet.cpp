#include "wallet-cli/testnet/testnet.h"

#include "consensus/address.h"
#include "node/rpc/json_writer.h"
#include "wallet-cli/account.h"
#include "wallet-cli/json_fields.h"
#include "wallet-cli/testnet/process.h"
#include "wallet-cli/wallet.h"
#include "wallet-cli/wallet_commands.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <functional>
#include <thread>

namespace starling::wallet {

namespace {

// A daemon answers within tenths of a second; after this long something is wrong.
constexpr std::chrono::seconds kReadyTimeout{30};
constexpr std::chrono::milliseconds kStopPatience{5'000};
constexpr std::chrono::milliseconds kPatience{2'000};  // with what is not needed
constexpr std::chrono::milliseconds kPoll{10};

std::string last_line(const std::filesystem::path& file) {
    std::ifstream in(file);
    std::string last;
    for (std::string line; std::getline(in, line);)
        if (!line.empty()) last = line;
    return last;
}

// True as soon as the condition holds; a node that does not answer yet does not hold it.
bool wait_for(const std::function<bool()>& condition,
              std::chrono::milliseconds patience = kReadyTimeout) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (std::chrono::steady_clock::now() < end) {
        try {
            if (condition()) return true;
        } catch (const CommandFailure&) {
            // not yet
        }
        std::this_thread::sleep_for(kPoll);
    }
    return false;
}

}  // namespace

Testnet::Testnet(const Session& session) : session_(session), folder_(session.testnet_folder()) {
    auto file = load_testnet(folder_);
    if (!file) {
        throw CommandFailure("there is no testnet in " + folder_.string() +
                             " (start one with `starling testnet up`)");
    }
    file_ = *std::move(file);
}

Testnet::Testnet(const Session& session, std::size_t nodes, const std::string& miner)
    : session_(session), folder_(session.testnet_folder()) {
    file_ = load_testnet(folder_).value_or(TestnetFile{});
    if (nodes < file_.nodes.size()) {
        throw CommandFailure("this testnet has " + std::to_string(file_.nodes.size()) +
                             " nodes already; --fresh begins anew with fewer");
    }
    if (!file_.sides.empty() && nodes > file_.nodes.size())
        throw CommandFailure("heal the partition before adding nodes");
    if (!miner.empty()) file_.miner = miner;
    static_cast<void>(miner_flags(file_.miner, ""));
    const auto ports = free_ports(2 * (nodes - file_.nodes.size()));
    for (std::size_t i = 0; i < ports.size(); i += 2)
        file_.nodes.push_back({.p2p_port = ports[i], .rpc_port = ports[i + 1]});
    save_testnet(folder_, file_);
}

TestnetFile::Node& Testnet::node(int number) {
    if (number < 1 || number > count()) {
        throw CommandFailure("there is no node " + std::to_string(number) + "; they are 1 to " +
                             std::to_string(count()));
    }
    return file_.nodes[static_cast<std::size_t>(number) - 1];
}

std::set<int> Testnet::everybody() const {
    std::set<int> numbers;
    for (int n = 1; n <= count(); ++n)
        numbers.insert(n);
    return numbers;
}

const TestnetFile::Node& Testnet::node(int number) const {
    return const_cast<Testnet*>(this)->node(number);
}

std::filesystem::path Testnet::datadir(int number) const {
    return folder_ / ("node" + std::to_string(number));
}

std::filesystem::path Testnet::log_of(int number) const {
    static_cast<void>(node(number));
    return datadir(number) / "log";
}

bool Testnet::running(int number) const {
    return runs(node(number).pid, datadir(number));
}

std::string Testnet::p2p_address(int number) const {
    return "127.0.0.1:" + std::to_string(node(number).p2p_port);
}

Session Testnet::session_of(int number) const {
    static_cast<void>(node(number));
    Options options = session_.options();
    options.node = number;
    options.testnet = folder_;
    options.rpc.clear();
    options.wallet.clear();
    return Session(options);
}

RpcClient Testnet::client(int number) const {
    return session_of(number).client();
}

std::string Testnet::first_address(int number) const {
    const Session session = session_of(number);
    const Account account(load_wallet(session.wallet_path()).xpub);
    return *address_of_script(account.script({}), session.parameters().address_prefix);
}

void Testnet::make_wallet(int number) {
    std::filesystem::create_directories(datadir(number));
    const Session session = session_of(number);
    if (std::filesystem::exists(session.wallet_path())) return;
    // A passphrase would have to stand in every script of every user; the coins are worth nothing.
    create_wallet(session, session.wallet_path(), "", std::nullopt, 12);
}

std::filesystem::path Testnet::record_file(int number) const {
    return session_of(number).network_folder() / "node.record";
}

void Testnet::launch(int number) {
    if (running(number)) return;
    const TestnetFile::Node& own = node(number);
    std::vector<std::string> command{program_folder() / "starlingd",
                                     "--network",
                                     "local",
                                     "--datadir",
                                     datadir(number),
                                     "--listen",
                                     p2p_address(number),
                                     "--rpc",
                                     "127.0.0.1:" + std::to_string(own.rpc_port)};
    if (const std::string record = last_line(record_file(1)); number != 1 && !record.empty())
        command.insert(command.end(), {"--bootnode", record});
    if (number == 1) {
        const auto flags = miner_flags(file_.miner, first_address(1));
        command.insert(command.end(), flags.begin(), flags.end());
    }
    std::filesystem::remove(session_of(number).network_folder() / "rpc.address");
    node(number).pid = spawn(command, log_of(number));
    save_testnet(folder_, file_);
}

void Testnet::wait_ready(int number) {
    const bool ready = wait_for([&] {
        if (!running(number)) {
            // Between fork and exec its command line is still ours.
            std::this_thread::sleep_for(std::chrono::milliseconds{200});
            if (!running(number)) {
                throw std::runtime_error("node " + std::to_string(number) +
                                         " ended: " + last_line(log_of(number)));
            }
        }
        return client(number).call("getblockcount").integer().has_value();
    });
    if (!ready) throw CommandFailure("node " + std::to_string(number) + " does not answer");
    node(number).node_id = text_field(client(number).call("getoverlayinfo"), "nodeid");
    save_testnet(folder_, file_);
}

void Testnet::start_all() {
    for (int n = 1; n <= count(); ++n)
        make_wallet(n);
    if (file_.sides.empty()) {
        bring_up(everybody());
    } else {
        // One side after the other: each refuses the later ones before they run.
        for (const std::set<int>& side : file_.sides)
            bring_up(side);
    }
    fund_all();
    wait_connected();
}

void Testnet::bring_up(const std::set<int>& numbers) {
    for (const int n : numbers) {
        launch(n);
        // Everybody else begins with its record.
        if (n == 1 && !wait_for([&] { return std::filesystem::exists(record_file(1)); }))
            wait_ready(1);
    }
    for (const int n : numbers)
        wait_ready(n);
    for (const int n : numbers)
        refuse_other_sides(n);
}

// Has the node refuse whom it may not be connected to, and nobody else of us.
void Testnet::refuse_other_sides(int number) const {
    if (!running(number)) return;
    std::vector<std::string> orders;
    for (const int other : everybody()) {
        const std::string& id = node(other).node_id;
        if (other == number || id.empty()) continue;
        orders.push_back("[" + rpc::quoted(id) +
                         (joined(file_, number, other) ? ",\"remove\"]" : ",\"add\"]"));
    }
    // Each may be refused because it is so already.
    client(number).call_each("setban", orders);
}

// The first blocks: one for each wallet, and then so many that all of them can be spent.
void Testnet::fund_all() {
    const RpcClient first = client(1);
    const std::int64_t wanted = count() + kMaturity;
    for (std::int64_t height = first.call("getblockcount").integer().value_or(0);
         height < wanted;) {
        const int payee = height < count() ? static_cast<int>(height) + 1 : 1;
        const std::int64_t blocks = height < count() ? 1 : wanted - height;
        rpc::JsonWriter ask;
        ask.begin_array().value(blocks).value(first_address(payee)).end_array();
        first.call("generatetoaddress", ask.take());
        height += blocks;
    }
    if (file_.sides.empty()) wait_same_tip();
}

void Testnet::wait_same_tip() const {
    const bool same = wait_for([&] {
        const std::string tip = client(1).call("getbestblockhash").text;
        for (int n = 2; n <= count(); ++n)
            if (client(n).call("getbestblockhash").text != tip) return false;
        return true;
    });
    if (!same) throw CommandFailure("the nodes do not agree on one chain");
}

// The nodes that this one may be connected to.
int Testnet::neighbours(int number) const {
    const auto all = everybody();
    return static_cast<int>(std::ranges::count_if(
        all, [&](int other) { return other != number && joined(file_, number, other); }));
}

// Gives everyone the time to find somebody, so that what is said next goes to all; and a little
// more, so that the first table that a person sees is of a network.
void Testnet::wait_connected() const {
    const auto each_has = [&](int peers) {
        return [this, peers] {
            return std::ranges::all_of(everybody(), [&](int n) {
                const int wanted = std::min(peers, neighbours(n));
                return client(n).call("getconnectioncount").integer().value_or(0) >= wanted;
            });
        };
    };
    if (!wait_for(each_has(1))) throw CommandFailure("some nodes find no peers");
    constexpr int kOutbound = 8;
    static_cast<void>(wait_for(each_has(kOutbound), kPatience));
}

void Testnet::start(int number) {
    make_wallet(number);
    launch(number);
    wait_ready(number);
    refuse_other_sides(number);
}

void Testnet::stop(int number) {
    if (!end(node(number).pid, datadir(number), kStopPatience))
        throw CommandFailure("node " + std::to_string(number) + " had to be ended by force");
}

void Testnet::stop_all() {
    std::vector<std::jthread> waits;  // side by side: each may take some tenths of a second
    for (int n = 1; n <= count(); ++n) {
        waits.emplace_back([pid = node(n).pid, folder = datadir(n)] {
            static_cast<void>(end(pid, folder, kStopPatience));
        });
    }
}

void Testnet::partition(std::vector<std::set<int>> sides) {
    file_.sides = std::move(sides);
    save_testnet(folder_, file_);
    for (const int n : everybody())
        refuse_other_sides(n);
}

void Testnet::heal() {
    partition({});
}

std::string Testnet::mine(int number, int blocks) {
    rpc::JsonWriter ask;
    ask.begin_array().value(blocks).value(first_address(number)).end_array();
    const rpc::JsonValue hashes = client(number).call("generatetoaddress", ask.take());
    return hashes.items.empty() ? std::string() : hashes.items.back().text;
}

Testnet::Row Testnet::row(int number) const {
    Row row{.number = number,
            .running = running(number),
            .rpc = "127.0.0.1:" + std::to_string(node(number).rpc_port)};
    const Session session = session_of(number);
    row.wallet = session.wallet_path().string();
    if (!row.running) return row;
    const RpcClient rpc = session.client();
    const rpc::JsonValue info = rpc.call("getblockchaininfo");
    row.height = integer_field(info, "blocks");
    row.tip = text_field(info, "bestblockhash");
    row.peers = rpc.call("getconnectioncount").integer().value_or(0);
    WalletFile file = load_wallet(session.wallet_path());
    Wallet wallet(file, session.parameters(), rpc);
    row.balance = balance_of(wallet.coins()).spendable;
    return row;
}

std::vector<Testnet::Row> Testnet::rows() const {
    std::vector<Row> rows;
    for (int n = 1; n <= count(); ++n)
        rows.push_back(row(n));
    return rows;
}

}  // namespace starling::wallet
