#include "wallet-cli/doctor.h"
#include "wallet-cli/node_commands.h"
#include "wallet-cli/overlay_commands.h"
#include "wallet-cli/session.h"
#include "wallet-cli/testnet/testnet_commands.h"
#include "wallet-cli/wallet_commands.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <functional>
#include <iostream>

namespace {

using namespace starling::wallet;

// What the command line asked for; set by the callback of the subcommand that was named.
using Command = std::function<int(const Session&)>;

Command done(std::function<void(const Session&)> run) {
    return [run = std::move(run)](const Session& session) {
        run(session);
        return 0;
    };
}

void add_options(CLI::App& app, Options& options) {
    app.add_option("--network", options.network, "regtest, local or testnet")
        ->capture_default_str();
    app.add_option("--datadir", options.datadir, "the node's data directory");
    app.add_option("--node", options.node, "talk to this node of the local testnet, 1 to n");
    app.add_option("-d,--dir", options.testnet, "folder of the local testnet");
    app.add_option("--rpc", options.rpc, "HOST:PORT of the node, if it is not in --datadir");
    app.add_option("--rpcuser", options.rpc_user, "USER:PASSWORD, if not the cookie");
    app.add_option("--wallet", options.wallet, "wallet file");
    app.add_option("--passphrase-file", options.passphrase_file,
                   "file whose first line is the wallet's passphrase");
    app.add_flag("--json", options.json, "answer in JSON");
}

void add_wallet(CLI::App& app, Command& command) {
    CLI::App* wallet = app.add_subcommand("wallet", "Keys, addresses and payments");
    wallet->require_subcommand(1);

    static int words = 12;
    CLI::App* make = wallet->add_subcommand("new", "Make a wallet and show its words");
    make->add_option("--words", words, "how many")
        ->check(CLI::IsMember({12, 15, 18, 21, 24}))
        ->capture_default_str();
    make->callback([&] { command = done([](const Session& s) { wallet_new(s, words); }); });

    wallet->add_subcommand("restore", "Make a wallet from its words (read from standard input)")
        ->callback([&] { command = done(wallet_restore); });

    static bool all = false;
    CLI::App* address = wallet->add_subcommand("address", "A new address to be paid at");
    address->add_flag("--all", all, "all that were given out");
    address->callback([&] { command = done([](const Session& s) { wallet_address(s, all); }); });

    wallet->add_subcommand("balance", "What can be spent")->callback([&] {
        command = done(wallet_balance);
    });

    static SendOrder order;
    CLI::App* pay = wallet->add_subcommand("send", "Pay an address");
    pay->add_option("address", order.address, "whom")->required();
    pay->add_option("amount", order.amount, "how many coins, like 1.5")->required();
    pay->add_option("--fee-rate", order.rate, "units a virtual byte; default: the node's estimate");
    pay->add_flag("--dry-run", order.dry_run, "say what would be sent, and send nothing");
    pay->callback([&] { command = done([](const Session& s) { wallet_send(s, order); }); });

    static int count = 20;
    CLI::App* history = wallet->add_subcommand("history", "Transactions, the newest last");
    history->add_option("-n,--count", count, "how many; 0: all")->capture_default_str();
    history->callback([&] { command = done([](const Session& s) { wallet_history(s, count); }); });
}

// CLI11 takes "[...]" for a list of its own and strips the brackets. A JSON array after `rpc` is
// meant as it stands, so it travels behind a mark that no person types.
constexpr char kVerbatim = '\x1f';

// The command line in the order that CLI11 wants: the last word first, without the program.
std::vector<std::string> reversed_words(int argc, char** argv) {
    std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
    for (auto word = std::ranges::find(words, "rpc"); word != words.end(); ++word) {
        if (word->starts_with('[') && word->ends_with(']')) word->insert(word->begin(), kVerbatim);
        // As bitcoin-cli writes them.
        if (*word == "-named" || *word == "-stdin") word->insert(word->begin(), '-');
    }
    std::ranges::reverse(words);
    return words;
}

// What `rpc` passes on: the words as they were typed, then the lines of standard input.
std::vector<std::string> rpc_words(std::vector<std::string> words, bool from_input) {
    for (std::string& word : words)
        if (word.starts_with(kVerbatim)) word.erase(word.begin());
    if (!from_input) return words;
    for (std::string line; std::getline(std::cin, line);)
        words.push_back(line);
    return words;
}

void add_node(CLI::App& app, Command& command) {
    static std::string method;
    static std::vector<std::string> words;
    static bool named = false, from_input = false;
    CLI::App* rpc = app.add_subcommand("rpc", "Call a method of the node, as bitcoin-cli does");
    rpc->add_flag("--named", named, "arguments are NAME=VALUE");
    rpc->add_flag("--stdin", from_input, "more arguments from standard input, one a line");
    rpc->add_option("method", method, "see `starling rpc help`")->required();
    rpc->add_option("arguments", words, "as bitcoin-cli takes them");
    rpc->positionals_at_end();
    rpc->callback([&] {
        command = [](const Session& s) {
            return rpc_command(s, method, rpc_words(words, from_input), named);
        };
    });

    CLI::App* chain = app.add_subcommand("chain", "What the node knows of the chain");
    chain->require_subcommand(1);
    chain->add_subcommand("tips", "The ends of all branches")->callback([&] {
        command = done(chain_tips);
    });
    CLI::App* tx = app.add_subcommand("tx", "One transaction");
    tx->require_subcommand(1);
    static std::string txid;
    static int confirmations = 1;
    CLI::App* watch = tx->add_subcommand("watch", "Wait until it is confirmed");
    watch->add_option("txid", txid, "its id")->required();
    watch->add_option("-c,--confirmations", confirmations, "how many")->capture_default_str();
    watch->callback(
        [&] { command = done([](const Session& s) { tx_watch(s, txid, confirmations); }); });
}

void add_overlay(CLI::App& app, Command& command) {
    app.add_subcommand("peers", "Whom the node talks to")->callback([&] { command = done(peers); });
    app.add_subcommand("doctor", "What keeps the node from its peers, and what to do")
        ->callback([&] { command = doctor; });

    CLI::App* nodes = app.add_subcommand("overlay", "Who the node is, and whom it has found");
    nodes->require_subcommand(0, 1);
    static std::string target;
    static bool dot = false;
    CLI::App* lookup = nodes->add_subcommand("lookup", "Search for a node, and tell each step");
    lookup->add_option("nodeid", target, "its id, or the digits that a table shows")->required();
    CLI::App* graph = nodes->add_subcommand("export", "The table and the connections as a graph");
    graph->add_flag("--dot", dot, "for Graphviz (`| dot -Tsvg`); without it JSON");
    nodes->callback([&, lookup, graph] {
        if (lookup->parsed()) {
            command = done([](const Session& s) { overlay_lookup(s, target); });
        } else if (graph->parsed()) {
            command = done([](const Session& s) { overlay_export(s, dot); });
        } else {
            command = done(overlay);
        }
    });
}

void add_testnet_of_one(CLI::App& testnet, Command& command) {
    static int number = 1;
    const auto with_number = [&](CLI::App* sub) {
        sub->add_option("node", number, "its number")->required();
        return sub;
    };
    with_number(testnet.add_subcommand("stop", "Stop one node"))->callback([&] {
        command = done([](const Session& s) { testnet_stop(s, number); });
    });
    with_number(testnet.add_subcommand("start", "Start one node again"))->callback([&] {
        command = done([](const Session& s) { testnet_start(s, number); });
    });
    static int blocks = 1;
    CLI::App* mine = with_number(testnet.add_subcommand("mine", "Have a node find blocks"));
    mine->add_option("-b,--blocks", blocks, "how many")->capture_default_str();
    mine->callback(
        [&] { command = done([](const Session& s) { testnet_mine(s, number, blocks); }); });
    static int lines = 40;
    static bool follow = false;
    CLI::App* logs = with_number(testnet.add_subcommand("logs", "What a node says"));
    logs->add_option("-l,--lines", lines, "how many of the last")->capture_default_str();
    logs->add_flag("-f,--follow", follow, "go on until Ctrl-C");
    logs->callback(
        [&] { command = done([](const Session& s) { testnet_logs(s, number, lines, follow); }); });
}

void add_testnet(CLI::App& app, Command& command) {
    CLI::App* testnet = app.add_subcommand("testnet", "A network of nodes on this machine");
    testnet->require_subcommand(1);
    static UpOrder order;
    CLI::App* up = testnet->add_subcommand("up", "Start it, and go on where it was");
    up->add_option("-n,--nodes", order.nodes, "how many nodes")->capture_default_str();
    up->add_option("--miner", order.miner, "interval=10s, on-tx or off");
    up->add_flag("--detach", order.detach, "return when it is ready, and leave it running");
    up->add_flag("--fresh", order.fresh, "forget the chain and wallets of before");
    up->callback([&] { command = done([](const Session& s) { testnet_up(s, order); }); });
    testnet->add_subcommand("status", "How the nodes are")->callback([&] {
        command = done(testnet_status);
    });
    testnet->add_subcommand("down", "Stop all nodes")->callback([&] {
        command = done(testnet_down);
    });
    static std::string address, amount;
    CLI::App* fund = testnet->add_subcommand("fund", "Pay an address from node 1's wallet");
    fund->add_option("address", address, "whom")->required();
    fund->add_option("amount", amount, "how many coins")->required();
    fund->callback(
        [&] { command = done([](const Session& s) { testnet_fund(s, address, amount); }); });
    static std::vector<std::string> sides;
    CLI::App* partition = testnet->add_subcommand("partition", "Cut the network, like: 1,2 3,4,5");
    partition->add_option("sides", sides, "the nodes of each side")->required();
    partition->callback(
        [&] { command = done([](const Session& s) { testnet_partition(s, sides); }); });
    testnet->add_subcommand("heal", "Join what was cut")->callback([&] {
        command = done(testnet_heal);
    });
    add_testnet_of_one(*testnet, command);
}

int run(int argc, char** argv) {
    CLI::App app(
        "Starling's wallet and tools. Exit codes: 0 done, 1 refused, 2 misused, "
        "3 no node answers.",
        "starling");
    app.set_version_flag("--version", "starling " STARLING_VERSION);
    app.require_subcommand(1);
    app.fallthrough();
    Options options;
    Command command;
    add_options(app, options);
    add_wallet(app, command);
    add_node(app, command);
    add_overlay(app, command);
    add_testnet(app, command);
    try {
        app.parse(reversed_words(argc, argv));
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : static_cast<int>(Exit::usage);
    }
    return command(Session(options));
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const CommandFailure& failure) {
        std::cerr << "starling: " << failure.what() << '\n';
        return static_cast<int>(failure.exit);
    } catch (const std::exception& error) {
        std::cerr << "starling: " << error.what() << '\n';
        return static_cast<int>(Exit::refused);
    }
}
