#include "wallet-cli/wallet.h"

#include "consensus/address.h"
#include "consensus/hex.h"
#include "node/rpc/json_writer.h"
#include "wallet-cli/json_fields.h"

#include <algorithm>
#include <utility>

namespace starling::wallet {

namespace {

Bytes script_field(const rpc::JsonValue& object) {
    const rpc::JsonValue& script = field(object, "scriptPubKey");
    auto bytes =
        from_hex(script.is(rpc::JsonValue::Type::object) ? text_field(script, "hex") : script.text);
    if (!bytes) throw CommandFailure("\"scriptPubKey\" is not hexadecimal");
    return *std::move(bytes);
}

OutPoint point_field(const rpc::JsonValue& object, std::string_view id, std::string_view index) {
    const auto txid = parse_digest<Txid>(text_field(object, id));
    if (!txid) throw CommandFailure("\"" + std::string(id) + "\" is not a transaction id");
    return {*txid, static_cast<std::uint32_t>(integer_field(object, index))};
}

std::string one_text(std::string_view text) {
    return "[" + rpc::quoted(text) + "]";
}

}  // namespace

Balance balance_of(const std::vector<OwnCoin>& coins) {
    Balance balance;
    for (const OwnCoin& coin : coins) {
        if (coin.spendable()) {
            balance.spendable += coin.value;
        } else {
            (coin.confirmations > 0 ? balance.immature : balance.pending) += coin.value;
        }
    }
    return balance;
}

Wallet::Wallet(WalletFile& file, const Parameters& parameters, const RpcClient& node)
    : file_(file), parameters_(parameters), node_(node), account_(file.xpub) {
    if (file.network != parameters.name) {
        throw CommandFailure("this wallet belongs to the network " + file.network + ", not to " +
                             parameters.name);
    }
    look_ahead();
}

std::string Wallet::address(KeyPath path) const {
    return *address_of_script(account_.script(path), parameters_.address_prefix);
}

// Knows every script up to the gap behind the next unused one.
void Wallet::look_ahead() {
    const std::uint32_t wanted[2] = {file_.next_receive + kGap, file_.next_change + kGap};
    for (const bool change : {false, true}) {
        for (std::uint32_t& index = known_[change ? 1 : 0]; index < wanted[change ? 1 : 0]; ++index)
            scripts_[account_.script({change, index})] = {change, index};
    }
}

const KeyPath* Wallet::find(const Bytes& script) const {
    const auto found = scripts_.find(script);
    return found == scripts_.end() ? nullptr : &found->second;
}

void Wallet::paid(KeyPath path) {
    std::uint32_t& next = path.change ? file_.next_change : file_.next_receive;
    if (path.index < next) return;
    next = path.index + 1;
    look_ahead();
}

std::vector<OwnCoin> Wallet::coins() {
    std::vector<OwnCoin> found = confirmed_coins();
    apply_pool(found);
    return found;
}

std::vector<OwnCoin> Wallet::confirmed_coins() {
    for (;;) {
        const std::uint32_t searched[2] = {known_[0], known_[1]};
        rpc::JsonWriter ask;
        ask.begin_array().value("start").begin_array();
        for (const bool change : {false, true}) {
            ask.begin_object().field("desc", account_.descriptor(change));
            ask.field("range", searched[change ? 1 : 0] - 1).end_object();
        }
        ask.end_array().end_array();
        const rpc::JsonValue answer = node_.call("scantxoutset", ask.take());
        const std::int64_t height = integer_field(answer, "height");
        std::vector<OwnCoin> coins;
        for (const rpc::JsonValue& item : array_field(answer, "unspents")) {
            const KeyPath* path = find(script_field(item));
            if (path == nullptr) continue;
            OwnCoin coin{.point = point_field(item, "txid", "vout"),
                         .value = amount_field(item, "amount"),
                         .path = *path,
                         .confirmations = height - integer_field(item, "height") + 1,
                         .coinbase = flag_field(item, "coinbase")};
            paid(coin.path);
            coins.push_back(coin);
        }
        // Payments close to the end of what was searched: there may be more behind it.
        if (known_[0] == searched[0] && known_[1] == searched[1]) return coins;
    }
}

void Wallet::apply_pool(std::vector<OwnCoin>& coins) {
    const rpc::JsonValue pool = node_.call("getrawmempool");
    std::vector<std::string> parameters;
    for (const rpc::JsonValue& txid : pool.items)
        if (parameters.size() < kPoolMax) parameters.push_back(one_text(txid.text));
    std::vector<Shared<Transaction>> transactions;
    for (const rpc::JsonValue& raw : node_.call_each("getrawtransaction", parameters)) {
        const auto bytes = from_hex(raw.text);
        if (!bytes) continue;
        const auto tx = decode_transaction(*bytes);
        if (tx) transactions.push_back(*tx);
    }
    // First all that they pay us, then all that they spend: their order does not matter.
    for (const auto& tx : transactions)
        apply_pool_transaction(*tx, coins);
    for (const auto& tx : transactions) {
        for (const TxIn& input : tx->inputs())
            std::erase_if(coins, [&](const OwnCoin& c) { return c.point == input.previous; });
    }
}

void Wallet::apply_pool_transaction(const Transaction& tx, std::vector<OwnCoin>& coins) {
    const std::string txid = to_string(tx.txid());
    const bool ours =
        std::ranges::any_of(file_.sent, [&](const SentEntry& s) { return s.txid == txid; });
    for (std::uint32_t i = 0; i < tx.outputs().size(); ++i) {
        const TxOut& output = tx.outputs()[i];
        const KeyPath* path = find(output.script_pubkey);
        if (path == nullptr) continue;
        const OutPoint point{tx.txid(), i};
        // A block may have come between the two answers.
        if (std::ranges::any_of(coins, [&](const OwnCoin& c) { return c.point == point; }))
            continue;
        coins.push_back({.point = point, .value = output.value, .path = *path, .ours = ours});
        paid(coins.back().path);
    }
}

void Wallet::update_history() {
    rewind_history();
    const std::int64_t top = node_.call("getblockcount").integer().value_or(0);
    while (file_.scanned_height < top) {
        const std::string next = std::to_string(file_.scanned_height + 1);
        const std::string hash = node_.call("getblockhash", "[" + next + "]").text;
        add_block(node_.call("getblock", "[" + rpc::quoted(hash) + ",2]"));
        ++file_.scanned_height;
        file_.scanned_hash = hash;
    }
    std::erase_if(file_.sent, [&](const SentEntry& s) {
        return std::ranges::any_of(file_.history,
                                   [&](const HistoryEntry& h) { return h.txid == s.txid; });
    });
}

// After a reorganisation the history starts again well below where it was left; what is kept below
// is checked by the next block's place in the chain alone, as reorganisations are short.
void Wallet::rewind_history() {
    if (file_.scanned_height == 0) return;
    bool known = false;
    try {
        const std::string height = std::to_string(file_.scanned_height);
        known = node_.call("getblockhash", "[" + height + "]").text == file_.scanned_hash;
    } catch (const RpcRefusal&) {
        known = false;  // the chain is shorter now
    }
    if (known) return;
    constexpr std::int64_t kRewind = 144;
    file_.scanned_height = std::max<std::int64_t>(0, file_.scanned_height - kRewind);
    file_.scanned_hash.clear();
    std::erase_if(file_.history,
                  [&](const HistoryEntry& h) { return h.height > file_.scanned_height; });
}

void Wallet::add_block(const rpc::JsonValue& block) {
    const std::int64_t height = integer_field(block, "height");
    const std::int64_t time = integer_field(block, "time");
    for (const rpc::JsonValue& tx : array_field(block, "tx"))
        add_transaction(tx, height, time);
}

void Wallet::add_transaction(const rpc::JsonValue& tx, std::int64_t height, std::int64_t time) {
    HistoryEntry entry{.txid = text_field(tx, "txid"), .height = height, .time = time};
    Amount all_outputs;
    bool all_inputs_ours = true;
    for (const rpc::JsonValue& input : array_field(tx, "vin")) {
        entry.coinbase = input.find("coinbase") != nullptr;
        const auto owned = entry.coinbase ? file_.owned.end()
                                          : file_.owned.find(point_field(input, "txid", "vout"));
        if (owned == file_.owned.end()) {
            all_inputs_ours = false;
        } else {
            entry.spent += owned->second;
        }
    }
    for (const rpc::JsonValue& output : array_field(tx, "vout")) {
        const Amount value = amount_field(output, "value");
        all_outputs += value;
        const KeyPath* path = find(script_field(output));
        if (path == nullptr) continue;
        const auto txid = parse_digest<Txid>(entry.txid);
        if (!txid) throw CommandFailure("\"txid\" is not a transaction id");
        file_.owned[{*txid, static_cast<std::uint32_t>(integer_field(output, "n"))}] = value;
        entry.received += value;
        paid(*path);
    }
    if (all_inputs_ours) entry.fee = entry.spent - all_outputs;
    if (entry.received.units != 0 || entry.spent.units != 0) file_.history.push_back(entry);
}

}  // namespace starling::wallet
