#include "wallet-cli/spend.h"

#include "consensus/sighash.h"
#include "consensus/verify_input.h"
#include "node/rpc/amount_text.h"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace starling::wallet {

namespace {

// Weights of parts of a transaction (BIP 141): a key-path input has 41 bytes and a witness of one
// signature (66 bytes with its sizes); a Taproot output has 43 bytes.
constexpr std::int64_t kInputWeight = 41 * 4 + 66;
constexpr std::int64_t kTaprootOutputWeight = 43 * 4;
// Version, lock time, two counts that fit one byte, and the two bytes of the witness's marker. 252
// inputs at most are chosen before a count needs two bytes more; the fee has that margin.
constexpr std::int64_t kFrameWeight = 10 * 4 + 2 + 2 * 4;
// Bitcoin Core's dust limit of a Taproot output, at 3 units a virtual byte.
constexpr Amount kDust{330};
// Signals neither finality nor replacement by fee; the lock time counts.
constexpr std::uint32_t kSequence = 0xffff'fffd;

std::int64_t output_weight(const Bytes& script) {
    return 4 * (8 + 1 + static_cast<std::int64_t>(script.size()));
}

[[noreturn]] void insufficient(const std::vector<OwnCoin>& coins,
                               const SpendOrder& order,
                               const SelectionTarget& target) {
    const Balance balance = balance_of(coins);
    const auto count = std::ranges::count_if(coins, &OwnCoin::spendable);
    const Amount fee = fee_of(target.base_weight + std::max<std::int64_t>(1, count) * kInputWeight,
                              order.fee_rate);
    std::string text = "not enough money: need " + rpc::amount_text(order.paid + fee) + " (" +
                       rpc::amount_text(order.paid) + " and a fee of " + rpc::amount_text(fee) +
                       "), have " + rpc::amount_text(balance.spendable);
    if (balance.immature.units > 0) text += ", immature " + rpc::amount_text(balance.immature);
    if (balance.pending.units > 0)
        text += ", not yet confirmed " + rpc::amount_text(balance.pending);
    throw CommandFailure(text);
}

}  // namespace

Draft draft_spend(const std::vector<OwnCoin>& coins,
                  const SpendOrder& order,
                  const Account& account,
                  Random& random) {
    if (order.paid < kDust) {
        throw CommandFailure("the least that can be sent is " + rpc::amount_text(kDust) +
                             "; nobody would relay less");
    }
    std::vector<OwnCoin> spendable;
    std::ranges::copy_if(coins, std::back_inserter(spendable), &OwnCoin::spendable);
    std::vector<Amount> values;
    std::ranges::transform(spendable, std::back_inserter(values), &OwnCoin::value);
    const SelectionTarget target{.paid = order.paid,
                                 .base_weight = kFrameWeight + output_weight(order.to),
                                 .input_weight = kInputWeight,
                                 .change_weight = kTaprootOutputWeight,
                                 .change_spend_weight = kInputWeight,
                                 .dust = kDust};
    auto selection = select_coins(values, target, {.now = order.fee_rate}, random);
    if (!selection) insufficient(coins, order, target);

    Draft draft{.selection = *std::move(selection)};
    TransactionData& tx = draft.transaction;
    tx.version = 2;
    tx.lock_time = static_cast<std::uint32_t>(order.tip.value);
    for (const std::size_t i : draft.selection.coins) {
        draft.spent.push_back(spendable[i]);
        tx.inputs.push_back({.previous = spendable[i].point, .sequence = kSequence});
    }
    tx.outputs.push_back({order.paid, order.to});
    if (draft.selection.change.units > 0) {
        tx.outputs.push_back({draft.selection.change, account.script(order.change)});
        // Whoever looks at the transaction shall not know which output is the change.
        if (random.below(2) == 0) std::swap(tx.outputs[0], tx.outputs[1]);
    }
    return draft;
}

TransactionData signed_spend(const Draft& draft, const Account& account, const SecretBytes& seed) {
    TransactionData tx = draft.transaction;
    std::vector<TxOut> spent;
    for (const OwnCoin& coin : draft.spent)
        spent.push_back({coin.value, account.script(coin.path)});
    const SighashContext context(tx, spent);
    std::vector<SchnorrSignature> signatures;
    for (std::size_t i = 0; i < tx.inputs.size(); ++i) {
        const auto message = taproot_sighash(context, {.index = i}, kSighashDefault);
        std::array<std::uint8_t, 32> auxiliary{};
        std::ranges::copy(random_bytes(auxiliary.size()), auxiliary.begin());
        const auto signature =
            sign_schnorr(spending_secret(seed, draft.spent[i].path), message->bytes, auxiliary);
        if (!signature) throw CommandFailure("a key of this wallet cannot sign");
        signatures.push_back(*signature);
    }
    for (std::size_t i = 0; i < tx.inputs.size(); ++i)
        tx.inputs[i].witness = {Bytes(signatures[i].begin(), signatures[i].end())};
    for (std::size_t i = 0; i < tx.inputs.size(); ++i) {
        if (verify_input(SighashContext(tx, spent), i, ScriptRules::policy) != ScriptError::ok)
            throw CommandFailure("the seed does not belong to this wallet's addresses");
    }
    return tx;
}

std::uint64_t KernelRandom::next() {
    const Bytes bytes = random_bytes(sizeof(std::uint64_t));
    std::uint64_t value = 0;
    std::memcpy(&value, bytes.data(), sizeof value);
    return value;
}

}  // namespace starling::wallet
