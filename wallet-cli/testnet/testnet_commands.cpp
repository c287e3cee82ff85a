#include "wallet-cli/testnet/testnet_commands.h"

#include "node/rpc/amount_text.h"
#include "node/rpc/json_writer.h"
#include "wallet-cli/output.h"
#include "wallet-cli/testnet/process.h"
#include "wallet-cli/testnet/testnet.h"
#include "wallet-cli/wallet_commands.h"

#include <algorithm>
#include <chrono>
#include <deque>
#include <fstream>
#include <iostream>
#include <set>
#include <signal.h>
#include <thread>

namespace starling::wallet {

namespace {

constexpr int kNodesMax = 100;  // each is a process of some 20 MB and 10 threads

std::string json_of(const std::vector<Testnet::Row>& rows) {
    rpc::JsonWriter out;
    out.begin_array();
    for (const Testnet::Row& row : rows) {
        out.begin_object().field("node", row.number).field("running", row.running);
        out.field("rpc", row.rpc).field("height", row.height).field("tip", row.tip);
        out.field("peers", row.peers).field("wallet", row.wallet);
        out.field("balance", row.balance).end_object();
    }
    return out.end_array().take();
}

void print_table(const Testnet& testnet, bool json) {
    const std::vector<Testnet::Row> rows = testnet.rows();
    if (json) return say(json_of(rows));
    Table table({"node", "RPC", "height", "tip", "peers", "wallet", "balance"});
    for (const Testnet::Row& row : rows) {
        const std::string wallet = "--node " + std::to_string(row.number);
        if (row.running) {
            // The end of a hash tells blocks apart; its beginning is zeros on a network with work.
            table.add({std::to_string(row.number), row.rpc, std::to_string(row.height),
                       ".." + row.tip.substr(56), std::to_string(row.peers), wallet,
                       rpc::amount_text(row.balance)});
        } else {
            table.add({std::to_string(row.number), "stopped", "-", "-", "-", wallet, "-"});
        }
    }
    std::cout << table.text() << std::flush;
}

// Blocks until Ctrl-C, SIGTERM or the end of the last daemon (`testnet down` elsewhere), and names
// daemons that end.
void watch(const Testnet& testnet, const sigset_t& signals) {
    std::set<int> ended;
    for (;;) {
        const timespec second{.tv_sec = 1, .tv_nsec = 0};
        if (::sigtimedwait(&signals, nullptr, &second) > 0) return;
        for (int n = 1; n <= static_cast<int>(testnet.file().nodes.size()); ++n) {
            if (testnet.is_running(n)) {
                ended.erase(n);
            } else if (ended.insert(n).second) {
                say("node " + std::to_string(n) + " has stopped (see `starling testnet logs " +
                    std::to_string(n) + "`)");
            }
        }
        if (ended.size() == testnet.file().nodes.size()) return;
    }
}

void remove_testnet(const std::filesystem::path& folder) {
    if (const auto file = load_testnet(folder); file || std::filesystem::exists(folder / "node1"))
        std::filesystem::remove_all(folder);
}

}  // namespace

void testnet_up(const Session& session, const UpOrder& order) {
    if (order.nodes < 1 || order.nodes > kNodesMax) {
        throw CommandFailure("a testnet has 1 to " + std::to_string(kNodesMax) + " nodes",
                             Exit::usage);
    }
    if (order.fresh && std::filesystem::exists(session.testnet_folder() / "testnet.json")) {
        Testnet(session).stop_all();
        remove_testnet(session.testnet_folder());
    }
    // From here on a Ctrl-C waits until there is somebody to act on it.
    sigset_t signals;
    sigemptyset(&signals);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP})
        sigaddset(&signals, signal);
    sigset_t before;
    ::pthread_sigmask(SIG_BLOCK, &signals, &before);

    Testnet testnet(session, static_cast<std::size_t>(order.nodes), order.miner);
    testnet.start_all();
    print_table(testnet, session.json());
    if (order.detach) {
        ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
        return;
    }
    if (!session.json()) {
        say("\nThe testnet runs until Ctrl-C. In another terminal try:\n"
            "  starling --node 1 wallet balance\n"
            "  starling --node 1 wallet send $(starling --node 2 wallet address) 1.5\n"
            "  starling testnet status");
    }
    watch(testnet, signals);
    if (!session.json()) say("\nstopping");
    testnet.stop_all();
}

void testnet_status(const Session& session) {
    print_table(Testnet(session), session.json());
}

void testnet_down(const Session& session) {
    Testnet testnet(session);
    testnet.stop_all();
    if (session.json()) return print_table(testnet, true);
    say("stopped; `starling testnet up` goes on from here");
}

void testnet_logs(const Session& session, int number, int lines, bool follow) {
    const Testnet testnet(session);
    std::ifstream in(testnet.log_of(number));
    std::deque<std::string> last;
    for (std::string line; std::getline(in, line);) {
        last.push_back(line);
        if (static_cast<int>(last.size()) > lines) last.pop_front();
    }
    const auto tell = [&](const std::string& line) {
        say(session.json() ? rpc::quoted(line) : line);
    };
    std::ranges::for_each(last, tell);
    while (follow) {
        in.clear();
        for (std::string line; std::getline(in, line);)
            tell(line);
        std::this_thread::sleep_for(std::chrono::milliseconds{100});
    }
}

void testnet_stop(const Session& session, int number) {
    Testnet testnet(session);
    testnet.stop(number);
    if (session.json()) print_table(testnet, true);
}

void testnet_start(const Session& session, int number) {
    Testnet testnet(session);
    testnet.start(number);
    if (session.json()) print_table(testnet, true);
}

void testnet_mine(const Session& session, int number, int blocks) {
    const std::string hash = Testnet(session).mine(number, blocks);
    if (!session.json()) return say(hash);
    rpc::JsonWriter out;
    say(out.begin_object().field("block", hash).end_object().take());
}

void testnet_fund(const Session& session, const std::string& address, const std::string& amount) {
    const Testnet testnet(session);
    wallet_send(testnet.session_of(1), {.address = address, .amount = amount});
}

void testnet_partition(const Session& session, const std::vector<std::string>& sides) {
    Testnet testnet(session);
    testnet.partition(parse_sides(sides, testnet.file().nodes.size()));
    print_table(testnet, session.json());
}

void testnet_heal(const Session& session) {
    Testnet testnet(session);
    testnet.heal();
    if (session.json()) return print_table(testnet, true);
    say("healed; `starling testnet status` shows how the nodes agree again");
}

}  // namespace starling::wallet
