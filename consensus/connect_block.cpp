#include "consensus/connect_block.h"

#include "consensus/locks.h"
#include "consensus/transaction_rules.h"

#include <cassert>

namespace starling {

namespace {

Failure<Reject> refuse(std::string_view reason) {
    return Failure{Reject{RejectKind::invalid, reason, {}}};
}

// Walks over the inputs of a block in order, and hands out their coins.
class CoinSource {
public:
    CoinSource(const CheckedBlock& block, Height height, std::span<const std::optional<Coin>> coins)
        : block_(block), height_(height), coins_(coins) {}

    // The coin of the next input, which spends output `index`; a view of nothing if there is none.
    CoinView next(std::uint32_t index) {
        const std::int32_t maker = block_.spends.makers[input_++];
        if (maker == SpendPlan::kSpentBefore) return {};
        if (maker == SpendPlan::kFromChain) {
            const std::optional<Coin>& coin = coins_[need_++];
            return coin ? CoinView{&coin->output, coin->height, coin->coinbase} : CoinView{};
        }
        const auto& outputs = block_.block.transactions[static_cast<std::size_t>(maker)]->outputs();
        if (index >= outputs.size() || is_unspendable(outputs[index].script_pubkey)) return {};
        return {&outputs[index], height_, maker == 0};
    }

private:
    const CheckedBlock& block_;
    Height height_;
    std::span<const std::optional<Coin>> coins_;
    std::size_t input_ = 0;
    std::size_t need_ = 0;
};

// The coins of one transaction into `views`; false if one is missing.
bool view_coins(const Transaction& tx, CoinSource& source, std::vector<CoinView>& views) {
    views.clear();
    for (const TxIn& input : tx.inputs()) {
        views.push_back(source.next(input.previous.index));
        if (views.back().output == nullptr) return false;
    }
    return true;
}

std::vector<TxOut> outputs_of(std::span<const CoinView> views) {
    std::vector<TxOut> outputs;
    outputs.reserve(views.size());
    for (const CoinView& view : views)
        outputs.push_back(*view.output);
    return outputs;
}

Shared<BlockDelta> delta_of(const CheckedBlock& block,
                            Height height,
                            std::span<const std::optional<Coin>> coins) {
    auto delta = std::make_shared<BlockDelta>();
    delta->spent.reserve(block.needs.size());
    for (const std::uint32_t need : block.spends.needs_order)
        delta->spent.emplace_back(block.needs[need], *coins[need]);
    delta->made.reserve(block.spends.made.size());
    for (const SpendPlan::Output& made : block.spends.made) {
        const Transaction& tx = *block.block.transactions[made.transaction];
        delta->made.emplace_back(OutPoint{tx.txid(), made.index},
                                 Coin{.output = tx.outputs()[made.index],
                                      .height = height,
                                      .coinbase = made.transaction == 0});
    }
    return delta;
}

class PlainConnector final : public BlockConnector {
public:
    Result<Connected, Reject> connect(const Shared<CheckedBlock>& block,
                                      const HeaderNode& node,
                                      std::span<const std::optional<Coin>> coins,
                                      const Parameters& parameters) override {
        return connect_block(block, node, coins, parameters);
    }
};

}  // namespace

Result<Amount, Reject> check_spends(const Transaction& tx,
                                    std::span<const CoinView> coins,
                                    const HeaderNode& parent) {
    assert(coins.size() == tx.inputs().size());
    const Height height = parent.height + 1;
    const bool locked = tx.data().version >= RelativeLocks::kVersionMin;
    RelativeLocks locks;
    Amount in;
    for (std::size_t i = 0; i < coins.size(); ++i) {
        const CoinView& coin = coins[i];
        if (coin.coinbase && height - coin.height < kCoinbaseMaturity)
            return refuse("bad-txns-premature-spend-of-coinbase");
        in += coin.output->value;
        if (!in_money_range(coin.output->value) || !in_money_range(in))
            return refuse("bad-txns-inputvalues-outofrange");
        if (locked) locks.add(tx.inputs()[i].sequence, coin.height, parent);
    }
    const Amount out = tx.outputs_total();
    if (in < out) return refuse("bad-txns-in-belowout");
    const Amount fee = in - out;
    if (!in_money_range(fee)) return refuse("bad-txns-fee-outofrange");
    if (!locks.met_after(parent)) return refuse("bad-txns-nonfinal");
    return fee;
}

Result<Amount, Reject> check_inputs(const Transaction& tx,
                                    std::span<const Coin> coins,
                                    const HeaderNode& parent) {
    std::vector<CoinView> views;
    views.reserve(coins.size());
    for (const Coin& coin : coins)
        views.push_back({&coin.output, coin.height, coin.coinbase});
    return check_spends(tx, views, parent);
}

// BIP 30 needs no look-up: the height in each coinbase (BIP 34, from block 1) makes coinbases
// differ, and every other transaction spends coins that are then gone.
Result<Connected, Reject> connect_block(const Shared<CheckedBlock>& block,
                                        const HeaderNode& node,
                                        std::span<const std::optional<Coin>> coins,
                                        const Parameters& parameters) {
    assert(node.parent != nullptr && coins.size() == block->needs.size());
    const auto& txs = block->block.transactions;
    auto scripts = std::make_shared<ScriptBatch>();
    scripts->checks.reserve(txs.size() - 1);
    CoinSource source(*block, node.height, coins);
    std::vector<CoinView> views;
    Amount fees;
    for (std::size_t i = 1; i < txs.size(); ++i) {
        if (!view_coins(*txs[i], source, views)) return refuse("bad-txns-inputs-missingorspent");
        const auto fee = check_spends(*txs[i], views, *node.parent);
        if (!fee) return Failure{fee.error()};
        fees += *fee;
        if (!in_money_range(fees)) return refuse("bad-txns-accumulated-fee-outofrange");
        scripts->checks.push_back({txs[i], outputs_of(views)});
    }
    if (txs.front()->outputs_total() > fees + subsidy(node.height, parameters))
        return refuse("bad-cb-amount");
    return Connected{.delta = delta_of(*block, node.height, coins),
                     .scripts = std::move(scripts),
                     .fees = fees,
                     .inputs = static_cast<std::uint32_t>(block->spends.makers.size())};
}

BlockConnector& plain_connector() {
    static PlainConnector connector;
    return connector;
}

}  // namespace starling
