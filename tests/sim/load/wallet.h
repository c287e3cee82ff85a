#pragma once

#include "consensus/amount.h"
#include "consensus/random.h"
#include "sim/engine/moment.h"
#include "sim/load/spending_key.h"
#include "sim/plan.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

namespace starling::sim {

class Host;

// A coin that a wallet was given, by what it knows.
struct OwnCoin {
    OutPoint point;
    Amount value;
    bool change = false;            // of a spend of its own: need not be confirmed to be spent
    std::optional<Moment> spent{};  // by itself; it may come back, if that came to nothing
    std::optional<Moment> missing_since{};
};

// One wallet: the coins of one key, and what its host says of them. Nothing is assumed of what
// became of a spend: a conflict, a reorganisation or a crash may have undone it, or undone the
// coin.
//
// Bounds: kCoinsMax coins; the one that was looked at longest ago goes.
class Wallet {
public:
    static constexpr std::size_t kCoinsMax = 4'000;
    // Looked at for one spend, so that a wallet of spent coins costs little.
    static constexpr std::size_t kLooksMax = 40;
    // Unconfirmed ancestors of a spend: the pool admits clusters of 64. Only change is spent
    // unconfirmed, so a cluster is the ancestors of its last transaction.
    static constexpr std::size_t kAncestorsMax = 24;
    // Neither in the chain nor in the pool for so long: a payment that never came.
    static constexpr Span kMissingMax = std::chrono::minutes{10};
    // A spend that the host's pool does not have after so long came to nothing.
    static constexpr Span kAdmissionMax = std::chrono::minutes{1};

    Wallet(HostIndex host, SpendingKey key) : host_(host), key_(std::move(key)) {}

    [[nodiscard]] HostIndex host() const { return host_; }
    [[nodiscard]] const SpendingKey& key() const { return key_; }
    [[nodiscard]] std::size_t size() const { return coins_.size(); }

    void add(const OwnCoin& coin);
    // Coins that may be spent now: as many as asked for, fewer, or none. They are marked as spent.
    std::vector<OwnCoin> take(const Host& host, std::size_t wanted, Moment now);

private:
    // How a coin stands with its host.
    struct Standing {
        enum class Kind { free, busy, missing };
        Kind kind = Kind::missing;
        std::size_t ancestors = 0;  // of a free one
    };
    static Standing standing_of(const Host& host, const OwnCoin& coin);
    // It may still be a coin later.
    static bool keeps_hope(OwnCoin& coin, const Standing& standing, Moment now);

    HostIndex host_;
    SpendingKey key_;
    std::deque<OwnCoin> coins_;  // the next to be looked at first
};

// One payment and its change, of an amount and at a fee that are drawn. Nothing if the coins are
// too small.
struct Payment {
    TransactionData transaction;
    std::uint32_t paid_index = 0, change_index = 1;
};
std::optional<Payment> draw_payment(const std::vector<OwnCoin>& coins,
                                    const SpendingKey& from,
                                    const Bytes& to,
                                    bool real_signatures,
                                    Random& random);

}  // namespace starling::sim
