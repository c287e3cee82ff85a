#include "wallet-cli/wallet_commands.h"

#include "consensus/address.h"
#include "consensus/hex.h"
#include "node/rpc/amount_text.h"
#include "node/rpc/json_writer.h"
#include "wallet-cli/json_fields.h"
#include "wallet-cli/mnemonic.h"
#include "wallet-cli/output.h"
#include "wallet-cli/spend.h"
#include "wallet-cli/wallet.h"

#include <algorithm>
#include <ctime>

namespace starling::wallet {

namespace {

// An empty passphrase protects nothing, so nothing is spent on it.
constexpr ScryptCost kNoCost{.n = 2, .r = 1, .p = 1};

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words)
        text += (text.empty() ? "" : " ") + word;
    return text;
}

void print_words(const std::vector<std::string>& words) {
    for (std::size_t i = 0; i < words.size(); i += 6) {
        std::string line = " ";
        for (std::size_t j = i; j < std::min(i + 6, words.size()); ++j) {
            const std::string number = std::to_string(j + 1);
            line += std::string(4 - number.size(), ' ') + number + " " + words[j] +
                    std::string(words[j].size() < 9 ? 9 - words[j].size() : 1, ' ');
        }
        say(line.substr(0, line.find_last_not_of(' ') + 1));
    }
}

void print_balance(const Session& session, const Balance& balance) {
    if (session.json()) {
        rpc::JsonWriter out;
        out.begin_object().field("spendable", balance.spendable);
        out.field("immature", balance.immature).field("pending", balance.pending).end_object();
        say(out.take());
        return;
    }
    say(rpc::amount_text(balance.spendable));
    if (balance.immature.units > 0)
        say("and " + rpc::amount_text(balance.immature) + " immature (mined under 100 blocks ago)");
    if (balance.pending.units > 0)
        say("and " + rpc::amount_text(balance.pending) + " on its way, not yet in a block");
}

std::string kind_of(const HistoryEntry& entry) {
    if (entry.coinbase) return "mined";
    return entry.spent.units == 0 ? "received" : "sent";
}

}  // namespace

std::int64_t fee_rate(const RpcClient& node, const std::optional<std::string>& given) {
    if (given) {
        const auto rate = rpc::parse_fixed_point(*given, 3);
        if (!rate || *rate <= 0 || *rate > 10'000'000) {
            throw CommandFailure("a fee rate is a number of units a virtual byte, up to 10000; \"" +
                                 *given + "\" is none");
        }
        return *rate;
    }
    const rpc::JsonValue estimate = node.call("estimatesmartfee", "[6]");
    constexpr std::int64_t kFallback = 1'000;  // one unit a virtual byte
    if (estimate.find("feerate") == nullptr) return kFallback;
    return std::max(kFallback, amount_field(estimate, "feerate").units);
}

Created create_wallet(const Session& session,
                      const std::filesystem::path& path,
                      const std::string& passphrase,
                      std::optional<std::vector<std::string>> words,
                      int word_count) {
    if (std::filesystem::exists(path)) {
        throw CommandFailure("there is a wallet at " + path.string() +
                             " already; move it away first, or name another with --wallet");
    }
    if (!words) words = words_of(random_bytes(static_cast<std::size_t>(word_count) * 4 / 3));
    const SecretBytes seed = seed_of(*words);
    WalletFile file{
        .network = session.parameters().name,
        .seed = seal(seed.view(), passphrase, passphrase.empty() ? kNoCost : ScryptCost{}),
        .passphrase = !passphrase.empty(),
        .xpub = Account::xpub_of(seed),
        .next_receive = 1};  // whoever makes a wallet is shown the first address
    save_wallet(path, file);
    return {std::move(file), *std::move(words)};
}

void wallet_new(const Session& session, int words) {
    const Created made = create_wallet(session, session.wallet_path(), session.new_passphrase(),
                                       std::nullopt, words);
    const Account account(made.file.xpub);
    const std::string address =
        *address_of_script(account.script({}), session.parameters().address_prefix);
    if (session.json()) {
        rpc::JsonWriter out;
        out.begin_object().field("wallet", session.wallet_path().string());
        out.field("network", made.file.network).field("words", joined(made.words));
        out.field("address", address).end_object();
        say(out.take());
        return;
    }
    say("These words are the wallet. Write them down; they are shown only now.\n");
    print_words(made.words);
    say("\nWallet:        " + session.wallet_path().string());
    say("First address: " + address);
    if (!made.file.passphrase) say("No passphrase: whoever reads the file can spend.");
}

void wallet_restore(const Session& session) {
    const auto words = parse_words(asked("The words, in one line: ", false));
    if (!words) throw CommandFailure(words.error());
    const RpcClient node = session.client();
    node.call("getblockcount");  // before anything is written: there is a node to ask
    Created made =
        create_wallet(session, session.wallet_path(), session.new_passphrase(), *words, 0);
    Wallet wallet(made.file, session.parameters(), node);
    const Balance balance = balance_of(wallet.coins());
    save_wallet(session.wallet_path(), made.file);
    print_balance(session, balance);
}

void wallet_address(const Session& session, bool show_all) {
    WalletFile file = load_wallet(session.wallet_path());
    const Account account(file.xpub);
    const auto text = [&](std::uint32_t index) {
        return *address_of_script(account.script({false, index}),
                                  session.parameters().address_prefix);
    };
    std::vector<std::string> addresses;
    const std::uint32_t first = show_all ? 0 : file.next_receive++;
    for (std::uint32_t index = first; index < file.next_receive; ++index)
        addresses.push_back(text(index));
    save_wallet(session.wallet_path(), file);
    if (session.json()) {
        rpc::JsonWriter out;
        out.begin_array();
        for (const std::string& address : addresses)
            out.value(address);
        say(out.end_array().take());
        return;
    }
    for (const std::string& address : addresses)
        say(address);
}

void wallet_balance(const Session& session) {
    WalletFile file = load_wallet(session.wallet_path());
    const RpcClient node = session.client();
    Wallet wallet(file, session.parameters(), node);
    const Balance balance = balance_of(wallet.coins());
    save_wallet(session.wallet_path(), file);
    print_balance(session, balance);
}

void wallet_history(const Session& session, int count) {
    WalletFile file = load_wallet(session.wallet_path());
    const RpcClient node = session.client();
    Wallet wallet(file, session.parameters(), node);
    wallet.update_history();
    save_wallet(session.wallet_path(), file);
    const std::size_t shown = count <= 0
                                  ? file.history.size()
                                  : std::min(file.history.size(), static_cast<std::size_t>(count));
    const std::size_t from = file.history.size() - shown;
    rpc::JsonWriter out;
    out.begin_array();
    Table table({"time (UTC)", "height", "kind", "amount", "fee", "transaction"});
    for (std::size_t i = from; i < file.history.size(); ++i) {
        const HistoryEntry& e = file.history[i];
        const Amount change = e.received - e.spent;
        out.begin_object().field("txid", e.txid).field("height", e.height).field("time", e.time);
        out.field("kind", kind_of(e)).field("amount", change);
        if (e.fee) out.field("fee", *e.fee);
        out.end_object();
        table.add({time_text(e.time), std::to_string(e.height), kind_of(e),
                   rpc::amount_text(change), e.fee ? rpc::amount_text(*e.fee) : "-", e.txid});
    }
    for (const SentEntry& s : file.sent) {
        const Amount change = Amount{} - s.paid - s.fee;
        out.begin_object().field("txid", s.txid).key("height").null().field("time", s.time);
        out.field("kind", "sent").field("amount", change).field("fee", s.fee).end_object();
        table.add({time_text(s.time), "-", "sent", rpc::amount_text(change),
                   rpc::amount_text(s.fee), s.txid});
    }
    const std::string json = out.end_array().take();
    if (session.json()) return say(json);
    if (table.empty()) return say("nothing yet");
    std::string text = table.text();
    text.pop_back();
    say(text);
}

Sent send(const Session& session, const SendOrder& order) {
    const Parameters& parameters = session.parameters();
    const auto script = script_of_address(order.address, parameters.address_prefix);
    if (!script) {
        throw CommandFailure("\"" + order.address + "\" is not an address of " + parameters.name +
                             ": " + script.error().message);
    }
    const auto amount = rpc::parse_amount(order.amount);
    if (!amount || amount->units == 0)
        throw CommandFailure("\"" + order.amount + "\" is not an amount of coins");
    WalletFile file = load_wallet(session.wallet_path());
    const RpcClient node = session.client();
    Wallet wallet(file, parameters, node);
    const std::vector<OwnCoin> coins = wallet.coins();
    const std::int64_t height = node.call("getblockcount").integer().value_or(0);
    KernelRandom random;
    const Draft draft = draft_spend(coins,
                                    {.to = *script,
                                     .paid = *amount,
                                     .fee_rate = fee_rate(node, order.rate),
                                     .change = {true, file.next_change},
                                     .tip = {static_cast<std::int32_t>(height)}},
                                    wallet.account(), random);
    const Transaction tx(signed_spend(draft, wallet.account(), session.unlocked(file)));
    const Sent sent{.txid = to_string(tx.txid()),
                    .paid = *amount,
                    .fee = draft.selection.fee,
                    .coins = draft.spent.size(),
                    .virtual_size = tx.virtual_size()};
    if (order.dry_run) return sent;
    const std::string raw = hex(serialized(tx.data()));
    if (draft.selection.change.units > 0) ++file.next_change;
    file.sent.push_back({.txid = sent.txid,
                         .raw = raw,
                         .address = order.address,
                         .paid = sent.paid,
                         .fee = sent.fee,
                         .time = std::time(nullptr)});
    node.call("sendrawtransaction", "[" + rpc::quoted(raw) + "]");
    save_wallet(session.wallet_path(), file);
    return sent;
}

void wallet_send(const Session& session, const SendOrder& order) {
    const Sent sent = send(session, order);
    if (session.json()) {
        rpc::JsonWriter out;
        out.begin_object().field("txid", sent.txid).field("amount", sent.paid);
        out.field("fee", sent.fee).field("inputs", sent.coins).field("vsize", sent.virtual_size);
        out.field("sent", !order.dry_run).end_object();
        say(out.take());
        return;
    }
    say(std::string(order.dry_run ? "would send " : "sent ") + rpc::amount_text(sent.paid) +
        ", fee " + rpc::amount_text(sent.fee) + " (" + std::to_string(sent.virtual_size) +
        " vB from " + std::to_string(sent.coins) + (sent.coins == 1 ? " coin)" : " coins)"));
    say(sent.txid);
}

}  // namespace starling::wallet
