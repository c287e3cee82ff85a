#include "consensus/check_block.h"
#include "consensus/locks.h"
#include "consensus/transaction_rules.h"

#include <algorithm>

namespace starling {

namespace {

constexpr std::size_t kCoinbaseScriptMin = 2;
constexpr std::size_t kCoinbaseScriptMax = 100;

Failure<Reject> refuse(std::string_view reason) {
    return Failure{Reject{RejectKind::invalid, reason, {}}};
}

Result<Unit, Reject> check_amounts(const Transaction& tx) {
    Amount total;
    for (const TxOut& output : tx.outputs()) {
        if (output.value < Amount{}) return refuse("bad-txns-vout-negative");
        if (output.value > kMoneyMax) return refuse("bad-txns-vout-toolarge");
        total += output.value;
        if (!in_money_range(total)) return refuse("bad-txns-txouttotal-toolarge");
    }
    return Unit{};
}

bool spends_twice(const Transaction& tx) {
    if (tx.inputs().size() < 2) return false;
    std::vector<const OutPoint*> points;
    points.reserve(tx.inputs().size());
    for (const TxIn& input : tx.inputs())
        points.push_back(&input.previous);
    const auto deref = [](const OutPoint* point) -> const OutPoint& { return *point; };
    std::ranges::sort(points, {}, deref);
    return std::ranges::adjacent_find(points, {}, deref) != points.end();
}

}  // namespace

Result<Unit, Reject> check_transaction(const Transaction& tx) {
    if (tx.inputs().empty()) return refuse("bad-txns-vin-empty");
    if (tx.outputs().empty()) return refuse("bad-txns-vout-empty");
    if (tx.stripped_size() > kBlockWeightMax / kWitnessScale) return refuse("bad-txns-oversize");
    if (auto amounts = check_amounts(tx); !amounts) return amounts;
    if (spends_twice(tx)) return refuse("bad-txns-inputs-duplicate");
    if (tx.is_coinbase()) {
        const std::size_t size = tx.inputs().front().script_sig.size();
        if (size < kCoinbaseScriptMin || size > kCoinbaseScriptMax) return refuse("bad-cb-length");
        return Unit{};
    }
    const auto is_null = [](const TxIn& input) { return input.previous.is_null(); };
    if (std::ranges::any_of(tx.inputs(), is_null)) return refuse("bad-txns-prevout-null");
    return Unit{};
}

Result<Unit, Reject> check_place(const Transaction& tx,
                                 const Place& place,
                                 const Parameters& parameters) {
    // BIP 54: 64 bytes could also be read as an inner node of the Merkle tree.
    constexpr std::uint32_t kAmbiguousBytes = 64;
    if (!is_final(tx.data(), place.height, place.median_time)) return refuse("bad-txns-nonfinal");
    if (parameters.bip54 && tx.stripped_size() == kAmbiguousBytes) return refuse("bad-txns-size");
    return Unit{};
}

Result<Unit, Reject> check_transaction_after(const Transaction& tx,
                                             const HeaderNode& parent,
                                             const Parameters& parameters) {
    // Nearly no transaction has a lock; of the others the time does not matter.
    const std::int64_t time = tx.data().lock_time == 0 ? 0 : median_time_past(&parent);
    return check_place(tx, {parent.height + 1, time}, parameters);
}

}  // namespace starling
