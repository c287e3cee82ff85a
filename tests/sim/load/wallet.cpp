#include "sim/load/wallet.h"

#include "sim/host/host.h"

#include <algorithm>
#include <utility>

namespace starling::sim {

namespace {

// Weights (BIP 141): a key-path input has 41 bytes and a witness of 66, a Taproot output 43 bytes,
// the rest 10 bytes and the witness's marker.
constexpr std::int64_t kFrameWeight = 10 * 4 + 2;
constexpr std::int64_t kInputWeight = 41 * 4 + 66;
constexpr std::int64_t kOutputWeight = 43 * 4;
constexpr std::int64_t kFeeRateMax = 20;  // units a virtual byte
constexpr std::int64_t kDust = 330;       // of a Taproot output (mempool/policy.h)
constexpr std::uint32_t kSequence = 0xffff'fffd;

}  // namespace

void Wallet::add(const OwnCoin& coin) {
    coins_.push_back(coin);
    if (coins_.size() > kCoinsMax) coins_.pop_front();
}

Wallet::Standing Wallet::standing_of(const Host& host, const OwnCoin& coin) {
    using Kind = Standing::Kind;
    const mempool::Pool& pool = host.ledger().pool();
    if (pool.spender(coin.point)) return {Kind::busy};
    const auto known = host.ledger().chain().coin_at_tip(coin.point);
    const bool confirmed =
        known.known ? known.coin.has_value() : host.store().coin(coin.point).has_value();
    if (confirmed) return {Kind::free};
    const auto parent = pool.view(coin.point.txid);
    if (!parent) return {Kind::missing};
    return {coin.change ? Kind::free : Kind::busy, parent->ancestors};
}

bool Wallet::keeps_hope(OwnCoin& coin, const Standing& standing, Moment now) {
    if (standing.kind != Standing::Kind::missing) {
        coin.missing_since.reset();
        return true;
    }
    if (coin.spent) return false;  // most likely by a block
    if (!coin.missing_since) coin.missing_since = now;
    return now - *coin.missing_since < kMissingMax;
}

std::vector<OwnCoin> Wallet::take(const Host& host, std::size_t wanted, Moment now) {
    std::vector<OwnCoin> taken;
    std::size_t ancestors = 0;
    const std::size_t looks = std::min(coins_.size(), kLooksMax);
    for (std::size_t i = 0; i < looks && taken.size() < wanted; ++i) {
        OwnCoin coin = coins_.front();
        coins_.pop_front();
        const Standing standing = standing_of(host, coin);
        if (!keeps_hope(coin, standing, now)) continue;
        const bool under_way = coin.spent && now - *coin.spent < kAdmissionMax;
        if (standing.kind == Standing::Kind::free && !under_way &&
            ancestors + standing.ancestors <= kAncestorsMax) {
            ancestors += standing.ancestors;
            coin.spent = now;
            taken.push_back(coin);
        }
        coins_.push_back(coin);
    }
    return taken;
}

std::optional<Payment> draw_payment(const std::vector<OwnCoin>& coins,
                                    const SpendingKey& from,
                                    const Bytes& to,
                                    bool real_signatures,
                                    Random& random) {
    std::int64_t total = 0;
    std::vector<TxOut> spent;
    Payment payment;
    for (const OwnCoin& coin : coins) {
        total += coin.value.units;
        spent.push_back({coin.value, from.script});
        payment.transaction.inputs.push_back({.previous = coin.point, .sequence = kSequence});
    }
    const auto inputs = static_cast<std::int64_t>(coins.size());
    const std::int64_t weight = kFrameWeight + inputs * kInputWeight + 2 * kOutputWeight;
    const std::int64_t rate = 1 + static_cast<std::int64_t>(random.below(kFeeRateMax));
    const std::int64_t rest = total - (weight + 3) / 4 * rate;
    if (rest < 4 * kDust) return std::nullopt;
    const auto most = static_cast<std::uint64_t>(rest / 2 - kDust);
    const std::int64_t paid = kDust + static_cast<std::int64_t>(random.below(most));

    auto& outputs = payment.transaction.outputs;
    outputs = {{Amount{paid}, to}, {Amount{rest - paid}, from.script}};
    if (random.below(2) == 0) {
        std::swap(outputs[0], outputs[1]);
        std::swap(payment.paid_index, payment.change_index);
    }
    sign(payment.transaction, spent, from, real_signatures, random);
    return payment;
}

}  // namespace starling::sim
