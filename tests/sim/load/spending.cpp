#include "sim/load/spending.h"

#include "sim/engine/draw.h"
#include "sim/engine/stream.h"
#include "sim/host/host.h"
#include "sim/load/wallet.h"

#include <cassert>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace starling::sim {

namespace {

constexpr std::uint64_t kBurst = 10;  // transactions of one wallet at one moment
// How often a wallet is drawn until one's host runs.
constexpr int kDrawsMax = 8;

// Mean time between two moments at which somebody spends. With bursts they are fewer, so that an
// hour has as many transactions as asked for.
Span gap_of(const Settings::Load& load) {
    const std::uint64_t ppm = kPpm + (kBurst - 1) * std::uint64_t{load.burst};  // a moment's
    const std::uint64_t hour = static_cast<std::uint64_t>(Span{std::chrono::hours{1}}.count());
    return Span{static_cast<std::int64_t>(hour * ppm / kPpm / load.transactions_per_hour)};
}

}  // namespace

struct Spending::State {
    const Environment& environment;
    HostAt host_at;
    bool real = false;
    std::vector<Wallet> wallets{};
    std::uint64_t number = 0;  // of the next moment at which somebody spends

    void wait();
    void spend();
    std::optional<std::size_t> draw_spender(Random& random) const;
    std::size_t draw_payee(std::size_t spender, Random& random) const;
    void spend_once(std::size_t spender, Random& random);
};

void Spending::State::wait() {
    Stream stream = stream_of(environment.plan.settings.seed, "spending time", number);
    const Span gap = exponential(stream, gap_of(environment.plan.settings.load));
    environment.events.after(gap, [this] { spend(); });
}

std::optional<std::size_t> Spending::State::draw_spender(Random& random) const {
    for (int i = 0; i < kDrawsMax; ++i) {
        const std::size_t drawn = random.below(wallets.size());
        const Host& host = host_at(wallets[drawn].host());
        if (host.running() && !host.paused()) return drawn;
    }
    return std::nullopt;
}

// Anybody else, if there is anybody.
std::size_t Spending::State::draw_payee(std::size_t spender, Random& random) const {
    if (wallets.size() == 1) return spender;
    const std::size_t drawn = random.below(wallets.size() - 1);
    return drawn < spender ? drawn : drawn + 1;
}

void Spending::State::spend() {
    Stream stream = stream_of(environment.plan.settings.seed, "spending", number);
    const bool burst = chance(stream, environment.plan.settings.load.burst);
    const auto spender = draw_spender(stream);
    for (std::uint64_t i = 0; spender && i < (burst ? kBurst : 1); ++i)
        spend_once(*spender, stream);
    ++number;
    wait();
}

void Spending::State::spend_once(std::size_t spender, Random& random) {
    Wallet& wallet = wallets[spender];
    Host& host = host_at(wallet.host());
    const std::size_t wanted = 1 + random.below(2);
    const std::size_t payee = draw_payee(spender, random);
    const auto coins = wallet.take(host, wanted, environment.events.now());
    if (coins.empty()) return;
    auto payment = draw_payment(coins, wallet.key(), wallets[payee].key().script, real, random);
    if (!payment) return;
    const auto tx = std::make_shared<const Transaction>(std::move(payment->transaction));
    const auto coin = [&tx](std::uint32_t index, bool change) {
        return OwnCoin{{tx->txid(), index}, tx->outputs()[index].value, change};
    };
    wallets[payee].add(coin(payment->paid_index, false));
    wallet.add(coin(payment->change_index, true));
    host.submit_transaction(tx);
}

Spending::Spending(const Environment& environment, HostAt host_at, const Prehistory& prehistory)
    : state_(new State{environment, std::move(host_at)}) {
    const Settings& settings = environment.plan.settings;
    state_->real = real_signatures(settings);
    for (const HostPlan& host : environment.plan.hosts) {
        if (!host.wallet) continue;
        Wallet wallet(host.index, spending_key(settings.seed, "wallet", host.index));
        for (const Prehistory::Coin& coin : prehistory.coins.at(state_->wallets.size()))
            wallet.add({.point = coin.point, .value = coin.value});
        state_->wallets.push_back(std::move(wallet));
    }
}

Spending::~Spending() = default;

void Spending::start() {
    const bool anybody = !state_->wallets.empty();
    if (anybody && state_->environment.plan.settings.load.transactions_per_hour > 0) state_->wait();
}

}  // namespace starling::sim
