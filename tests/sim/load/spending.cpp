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
// Share of a burst's payments that are double spends: whoever hurries pays from two machines.
constexpr Ppm kDoubleSpends = kPpm / 5;
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
    // How one payment is made: its coins, and who gets them.
    struct Spend {
        std::size_t spender = 0, payee = 0;
        std::vector<OwnCoin> coins;
    };
    std::optional<Spend> draw_spend(std::size_t spender, Random& random);
    void pay(const Spend& spend, Host& host, Random& random);
    void pay_twice(const Spend& spend, Random& random);
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
    for (std::uint64_t i = 0; spender && i < (burst ? kBurst : 1); ++i) {
        const auto spend = draw_spend(*spender, stream);
        if (!spend) continue;
        pay(*spend, host_at(wallets[*spender].host()), stream);
        if (burst && chance(stream, kDoubleSpends)) pay_twice(*spend, stream);
    }
    ++number;
    wait();
}

std::optional<Spending::State::Spend> Spending::State::draw_spend(std::size_t spender,
                                                                  Random& random) {
    Wallet& wallet = wallets[spender];
    const std::size_t wanted = 1 + random.below(2);
    const std::size_t payee = draw_payee(spender, random);
    auto coins = wallet.take(host_at(wallet.host()), wanted, environment.events.now());
    if (coins.empty()) return std::nullopt;
    return Spend{spender, payee, std::move(coins)};
}

void Spending::State::pay(const Spend& spend, Host& host, Random& random) {
    Wallet& wallet = wallets[spend.spender];
    Wallet& payee = wallets[spend.payee];
    auto payment = draw_payment(spend.coins, wallet.key(), payee.key().script, real, random);
    if (!payment) return;
    const auto tx = std::make_shared<const Transaction>(std::move(payment->transaction));
    const auto coin = [&tx](std::uint32_t index, bool change) {
        return OwnCoin{{tx->txid(), index}, tx->outputs()[index].value, change};
    };
    payee.add(coin(payment->paid_index, false));
    wallet.add(coin(payment->change_index, true));
    host.submit_transaction(tx);
}

// The same coins otherwise, at the payee's host: some pools have the one and some the other when a
// block has one of them.
void Spending::State::pay_twice(const Spend& spend, Random& random) {
    Host& host = host_at(wallets[spend.payee].host());
    if (host.running() && !host.paused()) pay(spend, host, random);
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
