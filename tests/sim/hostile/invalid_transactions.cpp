#include "sim/engine/draw.h"
#include "sim/engine/stream.h"
#include "sim/hostile/behaviours.h"
#include "sim/hostile/spoiled.h"
#include "sim/hostile/targets.h"
#include "sim/load/spending_key.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

namespace starling::sim {
namespace {

// Sends transactions that nobody should keep: copies of others' with forged signatures, double
// spends of them, thefts of coins of the chain, and orphans whose parents do not exist. Some of
// them send orphans only: nothing is wrong with one, so they are not dropped and have all the time
// that a peer's share of orphans needs to be filled. And some withhold parents: they send children
// of transactions that they were just told of, and serve no parent. They stole wallets' keys: a
// child that is valid is what others wait for.
class InvalidTransactions final : public Behaviour {
public:
    static constexpr std::size_t kCoins = 64;  // of the chain, to steal
    static constexpr std::size_t kKeys = 4;    // of wallets
    static constexpr std::size_t kOrphansATime = 10;
    static constexpr Ppm kCopied = 100'000;  // of the transactions that it hears of

    explicit InvalidTransactions(std::uint64_t seed)
        : stream_(seed), only_orphans_(chance(stream_, kPpm / 3)) {
        Stream own = stream_of(seed, "withholds parents");
        withholds_ = chance(own, kPpm / 4);
    }

    std::optional<Span> act(Host& host) override {
        if (withholds_) return std::nullopt;
        if (coins_.empty() && !only_orphans_) learn_coins(host);
        if (const auto peer = draw_peer(host, stream_)) {
            const bool theft = chance(stream_, kPpm / 4) && !coins_.empty();
            if (theft) {
                const Stolen& coin = coins_[stream_.below(coins_.size())];
                host.send_raw(*peer, p2p::Tx{forged(Transaction(spend(coin.point, coin.output)))});
            } else {
                flood_with_orphans(host, *peer);
            }
        }
        return exponential(stream_, std::chrono::seconds{20});
    }

    using Behaviour::lets_in;
    bool lets_in(Host& host, const p2p::MessageReceived& input) override {
        const auto* tx = std::get_if<p2p::Tx>(&input.message);
        if (tx != nullptr && withholds_) send_child(host, *tx->transaction);
        if (tx == nullptr || withholds_ || only_orphans_ || !chance(stream_, kCopied)) return true;
        const auto peer = draw_peer(host, stream_);
        if (!peer) return true;
        const bool copy = chance(stream_, kPpm / 2);
        host.send_raw(*peer, p2p::Tx{copy ? forged(*tx->transaction) : conflict(*tx->transaction)});
        return true;
    }

    using Behaviour::lets_out;
    bool lets_out(Host&, p2p::Send& send) override {
        return !withholds_ || !std::holds_alternative<p2p::Tx>(send.message);
    }

private:
    struct Stolen {
        OutPoint point;
        TxOut output;
    };
    static constexpr Amount kFee{1'000};

    static TransactionData spend(const OutPoint& point, TxOut output) {
        TransactionData data;
        data.inputs.push_back({.previous = point});
        data.inputs.front().witness = {Bytes(64, 1)};
        output.value -= kFee;
        data.outputs.push_back(std::move(output));
        return data;
    }

    // The same coins go elsewhere, by a forged signature: it has no other.
    static Shared<Transaction> conflict(const Transaction& tx) {
        TransactionData data = tx.data();
        data.outputs.front().value -= kFee;
        return forged(Transaction(std::move(data)));
    }

    // Before the parent is elsewhere, if it can.
    void send_child(Host& host, const Transaction& parent) {
        if (keys_.empty()) steal_keys(host);
        for (std::uint32_t i = 0; i < parent.outputs().size(); ++i) {
            const TxOut& output = parent.outputs()[i];
            const auto key = std::ranges::find(keys_, output.script_pubkey, &SpendingKey::script);
            if (key == keys_.end() || output.value <= kFee + kFee) continue;
            if (!chance(stream_, kCopied)) return;
            TransactionData data = spend({parent.txid(), i}, output);
            const bool real = real_signatures(host.environment().plan.settings);
            sign(data, {&output, 1}, *key, real, stream_);
            const auto child = std::make_shared<const Transaction>(std::move(data));
            for (const p2p::PeerId peer : ready_peers(host))
                host.send_raw(peer, p2p::Tx{child});
            return;
        }
    }

    void steal_keys(const Host& host) {
        const Plan& plan = host.environment().plan;
        for (const HostPlan& other : plan.hosts) {
            if (other.wallet && keys_.size() < kKeys)
                keys_.push_back(spending_key(plan.settings.seed, "wallet", other.index));
        }
    }

    void learn_coins(const Host& host) {
        host.store().each_coin([&](const OutPoint& point, const Coin& coin) {
            if (!coin.coinbase && coin.output.value > kFee) coins_.push_back({point, coin.output});
            return coins_.size() < kCoins;
        });
    }

    void flood_with_orphans(Host& host, p2p::PeerId peer) {
        for (std::size_t i = 0; i < kOrphansATime; ++i) {
            OutPoint nowhere;
            for (std::uint8_t& byte : nowhere.txid.bytes)
                byte = static_cast<std::uint8_t>(stream_.below(256));
            TxOut output{kCoin, Bytes{0x51, 0x20}};  // Taproot; to anyone (BIP 433) it had
            output.script_pubkey.resize(34, 1);      // the 64 bytes that BIP 54 forbids
            host.send_raw(peer,
                          p2p::Tx{std::make_shared<const Transaction>(spend(nowhere, output))});
        }
    }

    Stream stream_;
    bool only_orphans_;
    bool withholds_ = false;
    std::vector<Stolen> coins_;
    std::vector<SpendingKey> keys_;
};

}  // namespace

std::unique_ptr<Behaviour> invalid_transactions(std::uint64_t seed) {
    return std::make_unique<InvalidTransactions>(seed);
}

}  // namespace starling::sim
