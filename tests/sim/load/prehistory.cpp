#include "sim/load/prehistory.h"

#include "consensus/connect_block.h"
#include "consensus/difficulty.h"
#include "consensus/merkle.h"
#include "mempool/block_template.h"
#include "mempool/next_block.h"
#include "sim/engine/stream.h"
#include "sim/environment.h"
#include "sim/host/archive.h"
#include "sim/load/spending_key.h"

#include <algorithm>
#include <cassert>
#include <limits>
#include <map>
#include <utility>

namespace starling::sim {

namespace {

constexpr std::int64_t kSpacing = 600;  // seconds between these blocks
// Outputs of 43 bytes: twenty transactions of a thousand are 3.4 of the four million weight units.
constexpr std::size_t kFanOutsABlock = 20;

std::vector<HostIndex> wallets_of(const Plan& plan) {
    std::vector<HostIndex> out;
    for (const HostPlan& host : plan.hosts) {
        if (host.wallet) out.push_back(host.index);
    }
    return out;
}

// Half as many again as the run is expected to make transactions, within bounds.
std::size_t coins_a_wallet(const Plan& plan, std::size_t wallets) {
    const Settings& settings = plan.settings;
    if (wallets == 0 || settings.load.transactions_per_hour == 0) return 0;
    const auto minutes = static_cast<std::uint64_t>(
        std::chrono::ceil<std::chrono::minutes>(settings.duration).count());
    const std::uint64_t expected =
        std::min<std::uint64_t>(minutes, 1'000'000) * settings.load.transactions_per_hour / 60;
    const std::uint64_t wanted = std::min<std::uint64_t>(expected * 3 / 2, Prehistory::kCoinsMax);
    const std::uint64_t each =
        std::max<std::uint64_t>(wanted / wallets + 1, Prehistory::kCoinsAWalletMin);
    return std::min<std::uint64_t>(
        each, std::max<std::uint64_t>(1, Prehistory::kCoinsAtAllMax / wallets));
}

// Makes the chain, block after block.
class Builder {
public:
    Builder(const Plan& plan, const Parameters& parameters)
        : parameters_(parameters),
          real_(real_signatures(plan.settings)),
          stream_(stream_of(plan.settings.seed, "prehistory")),
          treasury_(spending_key(plan.settings.seed, "treasury", 0)),
          tree_(std::make_shared<chain::BlockTree>(parameters, stream_)),
          batch_(std::make_shared<chain::Batch>()),
          tip_(tree_->genesis()) {}

    // `blocks` of them are still to come, the last of which is as old as the run.
    void add_block(const std::vector<Shared<Transaction>>& body, std::size_t still_to_come);
    // Of the coinbase of a height to these scripts, each as much.
    Shared<Transaction> fan_out(std::size_t height, const std::vector<Bytes>& scripts);

    Prehistory take() {
        batch_->tip = tip_->hash;
        made_.tree = tree_;
        made_.batch = batch_;
        return std::move(made_);
    }
    Prehistory& made() { return made_; }

private:
    Shared<CheckedBlock> checked(const Block& block) const {
        auto checked = check_block(std::make_shared<const Bytes>(serialized(block)), parameters_);
        assert(checked.ok() && "our own blocks obey the rules");
        return std::move(checked).value();
    }
    void connect(const Shared<CheckedBlock>& block);

    const Parameters& parameters_;
    bool real_;
    Stream stream_;
    SpendingKey treasury_;
    std::shared_ptr<chain::BlockTree> tree_;
    std::shared_ptr<chain::Batch> batch_;
    const HeaderNode* tip_;
    std::map<OutPoint, Coin> coins_;
    Prehistory made_;
};

void Builder::add_block(const std::vector<Shared<Transaction>>& body, std::size_t still_to_come) {
    const std::int64_t epoch = time_at(Moment{}).time_since_epoch() / std::chrono::seconds{1};
    const std::int64_t time = epoch - kSpacing * static_cast<std::int64_t>(still_to_come);
    Block block;
    block.transactions.push_back(std::make_shared<const Transaction>(mempool::coinbase_after(
        *tip_, body, {.script_pubkey = treasury_.script, .fees = {}, .extra = {}}, parameters_)));
    block.transactions.insert(block.transactions.end(), body.begin(), body.end());
    block.header.version = 0x2000'0000;
    block.header.previous = tip_->hash;
    block.header.merkle_root = MerkleRoot{transactions_merkle(block).root.bytes};
    block.header.time = static_cast<std::uint32_t>(time);
    block.header.bits = next_bits(*tip_, parameters_);
    const bool ground =
        mempool::grind(block.header, std::numeric_limits<std::uint32_t>::max(), parameters_);
    assert(ground && "the easiest target takes two tries");
    connect(checked(block));
}

void Builder::connect(const Shared<CheckedBlock>& block) {
    const auto added = tree_->add(block->block.header, std::int64_t{block->block.header.time});
    assert(added.ok());
    tip_ = added.value();
    tree_->mark_body(tip_);
    tree_->mark_valid(tip_);
    std::vector<std::optional<Coin>> spent;
    for (const OutPoint& point : block->needs)
        spent.emplace_back(coins_.at(point));
    const auto connected = connect_block(block, *tip_, spent, parameters_);
    assert(connected.ok() && "our own blocks spend coins that are there");
    const Shared<BlockDelta>& delta = connected.value().delta;
    for (const auto& [point, coin] : delta->spent)
        coins_.erase(point);
    for (const auto& [point, coin] : delta->made)
        coins_.emplace(point, coin);
    batch_->headers.push_back({tip_, chain::Validity::valid});
    batch_->steps.push_back({chain::Step::Kind::connected, tip_, delta, block});
    made_.blocks.push_back(block);
}

Shared<Transaction> Builder::fan_out(std::size_t height, const std::vector<Bytes>& scripts) {
    const Shared<Transaction>& coinbase = made_.blocks.at(height - 1)->block.transactions.front();
    const TxOut& spent = coinbase->outputs().front();
    const auto outputs = static_cast<std::int64_t>(scripts.size());
    TransactionData tx;
    tx.inputs.push_back({.previous = {coinbase->txid(), 0}});
    for (const Bytes& script : scripts)
        tx.outputs.push_back({Amount{spent.value.units / outputs}, script});
    sign(tx, {&spent, 1}, treasury_, real_, stream_);
    return std::make_shared<const Transaction>(std::move(tx));
}

// All coins' owners, by number of the wallet, cut into the outputs of one transaction each.
std::vector<std::vector<std::size_t>> shares_of(std::size_t wallets, std::size_t each) {
    std::vector<std::vector<std::size_t>> out;
    for (std::size_t i = 0; i < wallets * each; ++i) {
        if (i % Prehistory::kFanOut == 0) out.emplace_back();
        out.back().push_back(i % wallets);
    }
    return out;
}

std::vector<Bytes> scripts_of(const Plan& plan, const std::vector<HostIndex>& wallets) {
    std::vector<Bytes> out;
    for (const HostIndex wallet : wallets)
        out.push_back(spending_key(plan.settings.seed, "wallet", wallet).script);
    return out;
}

}  // namespace

Prehistory make_prehistory(const Plan& plan, const Parameters& parameters) {
    const std::vector<HostIndex> wallets = wallets_of(plan);
    const std::vector<Bytes> scripts = scripts_of(plan, wallets);
    const auto shares = shares_of(wallets.size(), coins_a_wallet(plan, wallets.size()));
    // The n-th coinbase can be spent a hundred blocks above it.
    const std::size_t mature = shares.empty() ? 1 : shares.size() + kCoinbaseMaturity - 1;
    const std::size_t full = (shares.size() + kFanOutsABlock - 1) / kFanOutsABlock;
    std::size_t left = std::max(mature + full, plan.settings.load.prehistory_blocks);
    const std::size_t empty = left - full;

    Builder builder(plan, parameters);
    builder.made().coins.resize(wallets.size());
    for (std::size_t i = 0; i < empty; ++i)
        builder.add_block({}, --left);
    std::vector<Shared<Transaction>> body;
    for (std::size_t i = 0; i < shares.size(); ++i) {
        std::vector<Bytes> owners;
        for (const std::size_t wallet : shares[i])
            owners.push_back(scripts[wallet]);
        body.push_back(builder.fan_out(i + 1, owners));
        for (std::size_t j = 0; j < shares[i].size(); ++j) {
            builder.made().coins[shares[i][j]].push_back(
                {{body.back()->txid(), static_cast<std::uint32_t>(j)},
                 body.back()->outputs()[j].value});
        }
        if (body.size() == kFanOutsABlock || i + 1 == shares.size())
            builder.add_block(std::exchange(body, {}), --left);
    }
    return builder.take();
}

void fill(chain::Store& store, const Prehistory& prehistory, Archive& archive) {
    for (const Shared<CheckedBlock>& block : prehistory.blocks) {
        archive.keep(block);
        store.append(block);
    }
    store.commit(*prehistory.batch);
}

}  // namespace starling::sim
