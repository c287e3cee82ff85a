#include "wallet-cli/wallet_file.h"

#include "consensus/hex.h"
#include "node/rpc/json_writer.h"
#include "wallet-cli/failure.h"
#include "wallet-cli/json_fields.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <sys/stat.h>
#include <unistd.h>

namespace starling::wallet {

namespace {

constexpr std::int64_t kFileVersion = 1;
// A wallet with a hundred thousand transactions takes some 30 MB.
constexpr rpc::JsonLimits kLimits{.depth_max = 8, .values_max = 5'000'000};

Bytes bytes_field(const rpc::JsonValue& object, std::string_view name) {
    auto bytes = from_hex(text_field(object, name));
    if (!bytes) throw CommandFailure("\"" + std::string(name) + "\" is not hexadecimal");
    return *std::move(bytes);
}

template <std::size_t N>
void fill(std::array<std::uint8_t, N>& out, const Bytes& bytes) {
    if (bytes.size() != N) throw CommandFailure("a salt or nonce has the wrong length");
    std::ranges::copy(bytes, out.begin());
}

Sealed sealed_from(const rpc::JsonValue& json) {
    Sealed sealed;
    sealed.cost.n = static_cast<std::uint64_t>(integer_field(json, "n"));
    sealed.cost.r = static_cast<std::uint32_t>(integer_field(json, "r"));
    sealed.cost.p = static_cast<std::uint32_t>(integer_field(json, "p"));
    fill(sealed.salt, bytes_field(json, "salt"));
    fill(sealed.nonce, bytes_field(json, "nonce"));
    sealed.ciphertext = bytes_field(json, "ciphertext");
    return sealed;
}

Amount units_field(const rpc::JsonValue& json, std::string_view name) {
    return {integer_field(json, name)};
}

HistoryEntry history_from(const rpc::JsonValue& json) {
    HistoryEntry entry{.txid = text_field(json, "txid"),
                       .height = integer_field(json, "height"),
                       .time = integer_field(json, "time"),
                       .coinbase = flag_field(json, "coinbase"),
                       .received = units_field(json, "received"),
                       .spent = units_field(json, "spent")};
    if (json.find("fee") != nullptr) entry.fee = units_field(json, "fee");
    return entry;
}

SentEntry sent_from(const rpc::JsonValue& json) {
    return {.txid = text_field(json, "txid"),
            .raw = text_field(json, "raw"),
            .address = text_field(json, "address"),
            .paid = units_field(json, "paid"),
            .fee = units_field(json, "fee"),
            .time = integer_field(json, "time")};
}

WalletFile wallet_from(const rpc::JsonValue& json) {
    if (integer_field(json, "version") != kFileVersion)
        throw CommandFailure("it was made by a newer version of starling");
    WalletFile wallet{.network = text_field(json, "network"),
                      .seed = sealed_from(field(json, "seed")),
                      .passphrase = flag_field(json, "passphrase"),
                      .xpub = text_field(json, "xpub")};
    wallet.next_receive = static_cast<std::uint32_t>(integer_field(json, "next_receive"));
    wallet.next_change = static_cast<std::uint32_t>(integer_field(json, "next_change"));
    wallet.scanned_height = integer_field(json, "scanned_height");
    wallet.scanned_hash = text_field(json, "scanned_hash");
    for (const rpc::JsonValue& item : array_field(json, "sent"))
        wallet.sent.push_back(sent_from(item));
    for (const rpc::JsonValue& item : array_field(json, "history"))
        wallet.history.push_back(history_from(item));
    for (const rpc::JsonValue& item : array_field(json, "owned")) {
        const auto txid = parse_digest<Txid>(text_field(item, "txid"));
        if (!txid) throw CommandFailure("\"txid\" is not a transaction id");
        wallet.owned[{*txid, static_cast<std::uint32_t>(integer_field(item, "vout"))}] =
            units_field(item, "units");
    }
    return wallet;
}

void write_sealed(rpc::JsonWriter& out, const Sealed& sealed) {
    out.key("seed").begin_object();
    out.field("n", sealed.cost.n).field("r", sealed.cost.r).field("p", sealed.cost.p);
    out.field("salt", hex(sealed.salt)).field("nonce", hex(sealed.nonce));
    out.field("ciphertext", hex(sealed.ciphertext)).end_object();
}

void write_lists(rpc::JsonWriter& out, const WalletFile& wallet) {
    out.key("sent").begin_array();
    for (const SentEntry& s : wallet.sent) {
        out.begin_object().field("txid", s.txid).field("raw", s.raw).field("address", s.address);
        out.field("paid", s.paid.units).field("fee", s.fee.units).field("time", s.time);
        out.end_object();
    }
    out.end_array().key("history").begin_array();
    for (const HistoryEntry& h : wallet.history) {
        out.begin_object().field("txid", h.txid).field("height", h.height).field("time", h.time);
        out.field("coinbase", h.coinbase).field("received", h.received.units);
        out.field("spent", h.spent.units);
        if (h.fee) out.field("fee", h.fee->units);
        out.end_object();
    }
    out.end_array().key("owned").begin_array();
    for (const auto& [point, amount] : wallet.owned) {
        out.begin_object().field("txid", to_string(point.txid)).field("vout", point.index);
        out.field("units", amount.units).end_object();
    }
    out.end_array();
}

std::string text_of(const WalletFile& wallet) {
    rpc::JsonWriter out;
    out.begin_object().field("version", kFileVersion).field("network", wallet.network);
    out.field("passphrase", wallet.passphrase).field("xpub", wallet.xpub);
    out.field("next_receive", wallet.next_receive).field("next_change", wallet.next_change);
    out.field("scanned_height", wallet.scanned_height);
    out.field("scanned_hash", wallet.scanned_hash);
    write_sealed(out, wallet.seed);
    write_lists(out, wallet);
    out.end_object();
    return out.take() + "\n";
}

[[noreturn]] void fail(const std::filesystem::path& file, const char* what) {
    throw CommandFailure(std::string("cannot ") + what + " " + file.string() + ": " +
                         std::strerror(errno));
}

void write_all(int out, std::string_view text, const std::filesystem::path& file) {
    while (!text.empty()) {
        const ssize_t written = ::write(out, text.data(), text.size());
        if (written < 0) fail(file, "write");
        text.remove_prefix(static_cast<std::size_t>(written));
    }
}

}  // namespace

WalletFile load_wallet(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) {
        throw CommandFailure("no wallet at " + file.string() +
                             " (make one with `starling wallet new`)");
    }
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    const auto json = rpc::parse_json(text, kLimits);
    try {
        if (!json) throw CommandFailure(json.error());
        return wallet_from(*json);
    } catch (const CommandFailure& error) {
        throw CommandFailure(file.string() + " is not a wallet that can be read: " + error.what());
    }
}

void save_wallet(const std::filesystem::path& file, const WalletFile& wallet) {
    if (file.has_parent_path()) std::filesystem::create_directories(file.parent_path());
    std::filesystem::path part = file;
    part += ".new";
    const int out = ::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (out < 0) fail(part, "write");
    write_all(out, text_of(wallet), part);
    const bool durable = ::fsync(out) == 0;
    ::close(out);
    if (!durable || ::rename(part.c_str(), file.c_str()) != 0) fail(file, "replace");
    const int folder = ::open(file.parent_path().empty() ? "." : file.parent_path().c_str(),
                              O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) return;
    ::fsync(folder);
    ::close(folder);
}

}  // namespace starling::wallet
