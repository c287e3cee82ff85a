// The pool against a naive model that computes everything anew.

#include "mempool/block_template.h"
#include "mempool/pool_state.h"
#include "support/chain_builder.h"
#include "support/seeded_random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>

namespace starling::mempool {
namespace {

// What the pool should hold, and what follows from it.
class Model {
public:
    using Entries = std::map<Txid, Shared<PoolEntry>>;

    [[nodiscard]] const Entries& entries() const { return entries_; }
    void add(const Shared<PoolEntry>& entry) { entries_[entry->transaction->txid()] = entry; }
    void remove(const Txid& txid) { entries_.erase(txid); }
    void remove_with_descendants(const Txid& txid) {
        for (const Txid& gone : descendants(txid))
            entries_.erase(gone);
    }
    [[nodiscard]] bool spends_something_of(const Txid& child, const Txid& parent) const {
        return std::ranges::any_of(
            entries_.at(child)->transaction->inputs(),
            [&](const TxIn& input) { return input.previous.txid == parent; });
    }
    // With itself.
    [[nodiscard]] std::set<Txid> descendants(const Txid& txid) const {
        return closure(txid,
                       [&](const Txid& a, const Txid& b) { return spends_something_of(b, a); });
    }
    [[nodiscard]] std::set<Txid> ancestors(const Txid& txid) const {
        return closure(txid,
                       [&](const Txid& a, const Txid& b) { return spends_something_of(a, b); });
    }
    [[nodiscard]] std::set<Txid> cluster(const Txid& txid) const {
        return closure(txid, [&](const Txid& a, const Txid& b) {
            return spends_something_of(a, b) || spends_something_of(b, a);
        });
    }
    [[nodiscard]] std::optional<Txid> spender(const OutPoint& point) const {
        for (const auto& [txid, entry] : entries_) {
            for (const TxIn& input : entry->transaction->inputs())
                if (input.previous == point) return txid;
        }
        return std::nullopt;
    }
    [[nodiscard]] std::int64_t size_of(const std::set<Txid>& txids) const {
        return std::accumulate(txids.begin(), txids.end(), std::int64_t{0},
                               [&](std::int64_t sum, const Txid& txid) {
                                   return sum + pool_size(*entries_.at(txid)->transaction);
                               });
    }
    [[nodiscard]] Amount fees_of(const std::set<Txid>& txids) const {
        return std::accumulate(
            txids.begin(), txids.end(), Amount{},
            [&](Amount sum, const Txid& txid) { return sum + entries_.at(txid)->fee; });
    }
    [[nodiscard]] std::set<Txid> all() const {
        std::set<Txid> out;
        for (const auto& [txid, entry] : entries_)
            out.insert(txid);
        return out;
    }

private:
    template <class Related>
    [[nodiscard]] std::set<Txid> closure(const Txid& from, Related related) const {
        std::set<Txid> found{from};
        std::vector<Txid> open{from};
        while (!open.empty()) {
            const Txid at = open.back();
            open.pop_back();
            for (const auto& [txid, entry] : entries_) {
                if (!found.contains(txid) && related(at, txid)) {
                    found.insert(txid);
                    open.push_back(txid);
                }
            }
        }
        return found;
    }

    Entries entries_;
};

class PoolHistory {
public:
    explicit PoolHistory(std::uint64_t seed) : random_(seed), pool_(limits(), random_) {}

    void run(int steps) {
        for (int i = 0; i < steps && !testing::Test::HasFailure(); ++i) {
            now_ += std::chrono::hours{random_.below(8)};
            step();
            follow(pool_.take_changes());
            compare();
        }
        EXPECT_GT(evictions_, 0u) << "the limit on memory was never reached";
        EXPECT_GT(too_large_, 0u) << "the limits on clusters were never reached";
    }

private:
    // So small that every limit is met.
    static PoolLimits limits() {
        return {.bytes_max = 40'000,
                .age_max = std::chrono::hours{200},
                .cluster_transactions_max = 7,
                .cluster_size_max = 6'000};
    }

    void step() {
        const std::uint64_t choice = random_.below(20);
        if (choice < 14) return add();
        if (choice == 14) return remove(false);
        if (choice == 15) return remove(true);
        if (choice == 16) return mine_template();
        if (choice == 17) return mine_rival();
        if (choice == 18) return expire();
        trim();
    }

    // A mirror that knows only the changes.
    void follow(const PoolChanged& changed) {
        for (const auto& [tx, departure] : changed.removed)
            EXPECT_EQ(mirror_.erase(tx->txid()), 1u);
        for (const auto& entry : changed.added)
            EXPECT_TRUE(mirror_.insert(entry->transaction->txid()).second);
        EXPECT_EQ(mirror_, model_.all());
    }
    OutPoint free_point() {
        if (!model_.entries().empty() && random_.below(3) > 0) {
            const OutPoint point{any_txid(), static_cast<std::uint32_t>(random_.below(2))};
            if (!model_.spender(point)) return point;
        }
        return {Txid{}, ++fresh_};
    }
    Txid any_txid() {
        auto at = model_.entries().begin();
        std::advance(at, static_cast<std::ptrdiff_t>(random_.below(model_.entries().size())));
        return at->first;
    }
    Shared<Transaction> any_transaction(const std::set<OutPoint>& points,
                                        std::uint32_t version = 2) {
        TransactionData data = test::spend({points.begin(), points.end()}, {kCoin, kCoin});
        data.version = version;
        data.inputs[0].witness[0] = Bytes(random_.below(4'000));
        if (random_.below(4) == 0)
            data.outputs.push_back({kCoin, Bytes(random_.below(300), std::uint8_t{0xac})});
        return test::shared(std::move(data));
    }

    void add() {
        std::set<OutPoint> points;
        for (std::uint64_t inputs = 1 + random_.below(3); inputs > 0; --inputs)
            points.insert(free_point());
        const auto tx = any_transaction(points);
        const auto entry = std::make_shared<const PoolEntry>(
            PoolEntry{.transaction = tx,
                      .fee = Amount{static_cast<std::int64_t>(random_.below(20'000))},
                      .entered = now_,
                      .entry_height = Height{1},
                      .spent = std::vector<TxOut>(tx->inputs().size(), TxOut{kCoin, {}})});
        Model with = model_;
        with.add(entry);
        const std::set<Txid> cluster = with.cluster(tx->txid());
        const bool fits = cluster.size() <= limits().cluster_transactions_max &&
                          with.size_of(cluster) <= limits().cluster_size_max;
        EXPECT_EQ(pool_.fits_cluster(*tx), fits);
        if (!fits) {
            ++too_large_;
            return;
        }
        pool_.add(entry, std::vector<Origin>(tx->inputs().size()));
        model_ = std::move(with);
        trim();
    }
    void remove(bool descendants) {
        if (model_.entries().empty()) return;
        const Txid txid = any_txid();
        if (descendants) {
            pool_.remove_with_descendants({txid, Txid{}}, Departure::conflict);
            model_.remove_with_descendants(txid);
        } else {
            pool_.remove({txid, Txid{}}, Departure::mined);
            model_.remove(txid);
        }
    }
    void mine_template() {
        std::vector<Shared<Transaction>> mined;
        for (const auto& entry : pool_.block_template(20'000)) {
            mined.push_back(entry->transaction);
            model_.remove(entry->transaction->txid());
        }
        pool_.block_connected(mined, Height{2}, now_);
    }
    void mine_rival() {
        if (model_.entries().empty()) return;
        const Txid victim = any_txid();
        const auto rival =
            any_transaction({model_.entries().at(victim)->transaction->inputs()[0].previous}, 1);
        pool_.block_connected({rival}, Height{2}, now_);
        model_.remove_with_descendants(victim);
    }
    void expire() {
        std::vector<Txid> old;
        std::optional<Time> next;
        for (const auto& [txid, entry] : model_.entries()) {
            const Time end = entry->entered + limits().age_max;
            if (end <= now_) old.push_back(txid);
            next = next ? std::min(*next, end) : end;
        }
        EXPECT_EQ(pool_.next_expiry(), next);
        pool_.expire(now_);
        for (const Txid& txid : old) {
            if (model_.entries().contains(txid)) model_.remove_with_descendants(txid);
        }
    }
    // What goes is the worst, nothing that stays needs it, and it is not admitted again at once.
    void trim() {
        const std::set<Txid> before = model_.all();
        const bool over = pool_.memory_bytes() > limits().bytes_max;
        const std::vector<FeeRate> rates = pool_.chunk_rates();
        pool_.trim(now_);
        EXPECT_LE(pool_.memory_bytes(), limits().bytes_max);
        std::set<Txid> gone;
        for (const Txid& txid : before) {
            if (pool_.find(txid) == nullptr) gone.insert(txid);
        }
        EXPECT_EQ(gone.empty(), !over);
        if (!over) return;
        ++evictions_;
        const FeeRate worst = rates.back();
        EXPECT_GT(pool_.minimum(now_), worst);
        for (const Txid& txid : gone) {
            for (const Txid& child : model_.descendants(txid))
                EXPECT_TRUE(gone.contains(child));
        }
        for (const Txid& txid : gone)
            model_.remove(txid);
    }

    void compare() const {
        const std::set<Txid> all = model_.all();
        std::set<Txid> held;
        std::size_t memory = 0;
        for (const auto& entry : pool_.entries()) {
            held.insert(entry->transaction->txid());
            memory += memory_of(*entry);
        }
        ASSERT_EQ(held, all);
        EXPECT_EQ(pool_.size(), all.size());
        EXPECT_EQ(pool_.virtual_bytes(), model_.size_of(all));
        EXPECT_EQ(pool_.total_fees(), model_.fees_of(all));
        EXPECT_EQ(pool_.memory_bytes(), memory);
        EXPECT_GE(pool_.minimum(now_), limits().floor);
        for (const Txid& txid : all)
            compare(txid);
        compare_chunks();
        compare_body(kBodyWeightMax);
        compare_body(15'000);
    }
    void compare(const Txid& txid) const {
        const Shared<PoolEntry>& entry = model_.entries().at(txid);
        EXPECT_EQ(pool_.find(txid), entry);
        EXPECT_EQ(pool_.find(entry->transaction->wtxid()), entry);
        for (const TxIn& input : entry->transaction->inputs())
            EXPECT_EQ(pool_.spender(input.previous), txid);
        for (std::uint32_t i = 0; i < entry->transaction->outputs().size(); ++i)
            EXPECT_EQ(pool_.spender({txid, i}), model_.spender({txid, i}));
        const EntryView view = *pool_.view(txid);
        const std::set<Txid> above = model_.ancestors(txid);
        const std::set<Txid> below = model_.descendants(txid);
        EXPECT_EQ(view.entry, entry);
        EXPECT_EQ(view.ancestors, above.size());
        EXPECT_EQ(view.ancestor_size, model_.size_of(above));
        EXPECT_EQ(view.ancestor_fees, model_.fees_of(above));
        EXPECT_EQ(view.descendants, below.size());
        EXPECT_EQ(view.descendant_size, model_.size_of(below));
        EXPECT_EQ(view.descendant_fees, model_.fees_of(below));
        for (const Txid& parent : view.parents)
            EXPECT_TRUE(model_.spends_something_of(txid, parent));
        for (const Txid& child : view.children)
            EXPECT_TRUE(model_.spends_something_of(child, txid));
    }
    void compare_chunks() const {
        const std::vector<FeeRate> rates = pool_.chunk_rates();
        FeeRate total{Amount{}, 0};
        for (std::size_t i = 0; i < rates.size(); ++i) {
            EXPECT_LE(rates[i], rates[i == 0 ? 0 : i - 1]);
            total = {total.fee + rates[i].fee, total.size + rates[i].size};
        }
        EXPECT_EQ(total.fee, pool_.total_fees());
        EXPECT_EQ(total.size, pool_.virtual_bytes());
    }
    void compare_body(std::int64_t weight_max) const {
        std::set<Txid> taken;
        std::int64_t weight = 0;
        for (const auto& entry : pool_.block_template(weight_max)) {
            const Transaction& tx = *entry->transaction;
            weight += tx.weight();
            for (const TxIn& input : tx.inputs()) {
                const Txid& parent = input.previous.txid;
                EXPECT_TRUE(!model_.entries().contains(parent) || taken.contains(parent));
            }
            EXPECT_TRUE(taken.insert(tx.txid()).second);
        }
        EXPECT_LE(weight, weight_max);
        EXPECT_TRUE(weight_max < kBodyWeightMax || taken == model_.all());
    }

    test::SeededRandom random_;
    PoolState pool_;
    Model model_;
    std::set<Txid> mirror_;
    Time now_{std::chrono::hours{10'000}};
    std::uint32_t fresh_ = 0;
    std::size_t evictions_ = 0;
    std::size_t too_large_ = 0;
};

TEST(PoolProperty, AgreesWithANaiveModelOfItself) {
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        PoolHistory(seed).run(250);
        if (HasFailure()) return;
    }
}

TEST(PoolProperty, EqualHistoriesGiveEqualOrders) {
    const auto order = [](std::uint64_t table_seed) {
        test::SeededRandom hashing(table_seed);
        test::SeededRandom random(99);
        PoolState pool(PoolLimits{}, hashing);
        std::vector<OutPoint> points;
        for (std::uint32_t i = 1; i <= 60; ++i) {
            std::set<OutPoint> spent{{Txid{}, i}};
            if (!points.empty()) spent.insert(points[random.below(points.size())]);
            const auto tx = test::shared(test::spend({spent.begin(), spent.end()}, {kCoin, kCoin}));
            if (std::ranges::any_of(spent,
                                    [&](const auto& p) { return pool.spender(p).has_value(); }) ||
                !pool.fits_cluster(*tx))
                continue;
            for (std::uint32_t index = 0; index < 2; ++index)
                points.push_back({tx->txid(), index});
            pool.add(std::make_shared<const PoolEntry>(
                         PoolEntry{.transaction = tx,
                                   .fee = Amount{static_cast<std::int64_t>(random.below(9))},
                                   .entered = Time{},
                                   .entry_height = Height{1},
                                   .spent = std::vector<TxOut>(spent.size())}),
                     std::vector<Origin>(spent.size()));
        }
        std::vector<Txid> txids;
        for (const auto& entry : pool.block_template(kBodyWeightMax))
            txids.push_back(entry->transaction->txid());
        return txids;
    };
    EXPECT_GT(order(1).size(), 20u);
    EXPECT_EQ(order(1), order(2));
}

TEST(PoolProperty, TheMinimumRisesWithEvictionsAndHalvesAfterABlock) {
    test::SeededRandom random(5);
    PoolState pool(PoolLimits{.bytes_max = 20'000}, random);
    const Time start{std::chrono::hours{1}};
    for (std::uint32_t i = 1; i <= 40; ++i) {
        const auto tx = test::shared(test::spend({{Txid{}, i}}, {kCoin}));
        pool.add(std::make_shared<const PoolEntry>(PoolEntry{.transaction = tx,
                                                             .fee = Amount{1'000 + i},
                                                             .entered = start,
                                                             .entry_height = Height{1},
                                                             .spent = {{kCoin, {}}}}),
                 {Origin{}});
        pool.trim(start);
    }
    const FeeRate risen = pool.minimum(start);
    EXPECT_GT(risen, (FeeRate{Amount{5'000}, 1'000}));
    EXPECT_GT(pool.memory_bytes() * 2, pool.limits().bytes_max) << "else it falls faster";
    const Time later = start + RollingMinimum::kHalfLife;
    EXPECT_EQ(pool.minimum(later), risen) << "no block made room yet";
    pool.block_connected({}, Height{2}, later);
    const std::int64_t half = pool.minimum(later + RollingMinimum::kHalfLife).fee.units;
    EXPECT_NEAR(static_cast<double>(half), static_cast<double>(risen.fee.units) / 2, 1.0);
    EXPECT_EQ(pool.minimum(later + 40 * RollingMinimum::kHalfLife), pool.limits().floor);
}

}  // namespace
}  // namespace starling::mempool
