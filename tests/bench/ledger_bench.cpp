// What a ledger costs where thousands run in one process: bytes of memory and processor time a
// ledger, with the store and the archive that hosts of the simulator share. Every ledger is fed the
// same blocks of 100 transactions, each of which it had in its pool; jobs are answered at once.
//
// ledger_bench [ledgers] [blocks] [cache of the chain state, KiB]
#include "mempool/ledger.h"
#include "sim/host/shared_store.h"
#include "support/chain_builder.h"
#include "support/seeded_random.h"

#include <cassert>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <deque>
#include <malloc.h>
#include <memory>
#include <vector>

namespace starling::sim {
namespace {

constexpr std::size_t kBodySize = 100;  // transactions of a block
constexpr std::size_t kLead = 2;        // blocks whose transactions wait in the pool
constexpr std::size_t kPrehistory = 104;
constexpr std::size_t kVerifiedMax = 500;  // as in the simulator

double seconds() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

std::size_t heap_bytes() {
    const struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

// One host without a network: answers its ledger's jobs at once.
class Node {
public:
    Node(const chain::Limits& limits, Archive& archive, std::uint64_t seed)
        : random_(seed),
          archive_(archive),
          store_(archive),
          ledger_(regtest(), limits, {.verified_scripts_max = kVerifiedMax}, random_, archive) {
        std::vector<mempool::LedgerEffect> out;
        ledger_.open(store_.load(), Time{}, out);
        carry_out(std::move(out), Time{});
    }

    void give(mempool::LedgerInput input, Time now) {
        std::vector<mempool::LedgerEffect> out;
        ledger_.handle(std::move(input), now, out);
        carry_out(std::move(out), now);
    }
    void wake(Time now) {
        for (auto due = ledger_.next_wakeup(); due && *due <= now; due = ledger_.next_wakeup()) {
            std::vector<mempool::LedgerEffect> out;
            ledger_.handle_timer(now, out);
            carry_out(std::move(out), now);
        }
    }
    [[nodiscard]] const mempool::Ledger& ledger() const { return ledger_; }
    [[nodiscard]] const SharedStore& store() const { return store_; }
    [[nodiscard]] std::size_t coins_read() const { return coins_read_; }

private:
    void carry_out(std::vector<mempool::LedgerEffect> effects, Time now) {
        for (mempool::LedgerEffect& effect : effects) {
            if (auto* of_chain = std::get_if<chain::Effect>(&effect)) {
                carry_out(*of_chain, now);
            } else if (const auto* read = std::get_if<mempool::ReadPoolCoins>(&effect)) {
                coins_read_ += read->points.size();
                give(mempool::PoolCoinsRead{read->id, store_.coins(read->points)}, now);
            } else if (const auto* asked = std::get_if<mempool::VerifyPoolScripts>(&effect)) {
                give(mempool::PoolScriptsVerified{asked->id, archive_.verify(*asked->batch)}, now);
            }
        }
    }
    void carry_out(const chain::Effect& effect, Time now) {
        if (const auto* read = std::get_if<chain::ReadCoins>(&effect)) {
            coins_read_ += read->points.size();
            give(chain::Input{chain::CoinsRead{read->id, store_.coins(read->points)}}, now);
        } else if (const auto* body = std::get_if<chain::ReadBody>(&effect)) {
            give(chain::Input{chain::BodyRead{body->hash, store_.block(body->hash)}}, now);
        } else if (const auto* asked = std::get_if<chain::VerifyScripts>(&effect)) {
            give(chain::Input{chain::ScriptsVerified{asked->id, archive_.verify(*asked->batch)}},
                 now);
        } else if (const auto* append = std::get_if<chain::AppendBody>(&effect)) {
            store_.append(append->block);
        } else if (const auto* commit = std::get_if<chain::Commit>(&effect)) {
            store_.commit(*commit->batch);
            give(chain::Input{chain::Committed{commit->batch->sequence}}, now);
        }
    }

    test::SeededRandom random_;
    Archive& archive_;
    SharedStore store_;
    mempool::Ledger ledger_;
    std::size_t coins_read_ = 0;
};

// Transactions of one input and two outputs, in rounds of a block each: every round spends what the
// one before it made.
class Traffic {
public:
    Traffic(test::ChainBuilder& builder, BlockHash tip) : builder_(builder), tip_(tip) {}

    // A block that makes coins enough for kLead rounds.
    Shared<CheckedBlock> begin() {
        const auto spendable = builder_.spendable_at(tip_);
        const auto& [point, coin] = spendable.front();
        const Amount each{coin.output.value.units / 300};
        const std::vector<Amount> amounts(kLead * kBodySize, each);
        const TransactionData fan = test::spend({point}, amounts);
        const Txid txid = Transaction(fan).txid();
        for (std::uint32_t i = 0; i < amounts.size(); ++i)
            coins_.push_back({{txid, i}, each});
        return mine({fan});
    }
    std::vector<Shared<Transaction>> round() {
        std::vector<Shared<Transaction>> out;
        for (std::size_t i = 0; i < kBodySize; ++i) {
            const auto [point, amount] = coins_.front();
            coins_.pop_front();
            const Amount kept{amount.units - 1'000};
            TransactionData tx = test::spend({point}, {kept, Amount{700}});
            bodies_.push_back(tx);
            out.push_back(test::shared(std::move(tx)));
            coins_.push_back({{out.back()->txid(), 0}, kept});
        }
        return out;
    }
    // With the oldest round that is in no block.
    Shared<CheckedBlock> block() {
        const auto end = bodies_.begin() + static_cast<std::ptrdiff_t>(kBodySize);
        const std::vector<TransactionData> body(bodies_.begin(), end);
        bodies_.erase(bodies_.begin(), end);
        return mine(body);
    }
    [[nodiscard]] BlockHash tip() const { return tip_; }

private:
    Shared<CheckedBlock> mine(const std::vector<TransactionData>& body) {
        auto block = builder_.mine(tip_, body);
        tip_ = block->hash;
        return block;
    }

    test::ChainBuilder& builder_;
    BlockHash tip_;
    std::deque<std::pair<OutPoint, Amount>> coins_;
    std::deque<TransactionData> bodies_;
};

class Bench {
public:
    Bench(std::size_t ledgers, std::size_t blocks, std::size_t cached_bytes)
        : count_(ledgers), blocks_(blocks) {
        limits_.memory_bytes_max = 8u << 20;
        limits_.cached_bytes_max = cached_bytes;
        run();
    }

private:
    void run() {
        // What is shared is made by a node that is not counted.
        Node first(limits_, archive_, 1);
        open_all();
        prehistory(first);
        Traffic traffic(builder_, tip_);
        const auto coins = traffic.begin();
        connect(first, coins);
        for (const auto& node : nodes_)
            connect(*node, coins);
        for (std::size_t i = 0; i < kLead - 1; ++i)
            send(first, traffic.round());
        for (std::size_t i = 0; i < blocks_; ++i) {
            send(first, traffic.round());
            const auto block = traffic.block();
            connect(first, block);
            const double begin = seconds();
            for (const auto& node : nodes_)
                connect(*node, block);
            block_seconds_ += seconds() - begin;
        }
        report(traffic);
    }
    void open_all() {
        const std::size_t before = heap_bytes();
        for (std::size_t i = 0; i < count_; ++i)
            nodes_.push_back(std::make_unique<Node>(limits_, archive_, i + 2));
        std::printf("empty: %zu bytes a ledger\n", (heap_bytes() - before) / count_);
        bytes_before_ = before;
    }
    void prehistory(Node& first) {
        const auto blocks = builder_.mine_many(builder_.genesis(), kPrehistory);
        tip_ = blocks.back()->hash;
        for (const auto& block : blocks)
            connect(first, block);
        const std::size_t before = heap_bytes();
        for (const auto& node : nodes_) {
            for (const auto& block : blocks)
                connect(*node, block);
        }
        std::printf("%zu empty blocks: %zu bytes a ledger more\n", kPrehistory,
                    (heap_bytes() - before) / count_);
    }
    // To one node, and to all others; only the latter is counted.
    void send(Node& first, const std::vector<Shared<Transaction>>& transactions) {
        for (const auto& tx : transactions)
            first.give(arrived(tx), now_);
        const std::size_t before = heap_bytes();
        const double begin = seconds();
        for (const auto& node : nodes_) {
            for (const auto& tx : transactions)
                node->give(arrived(tx), now_);
        }
        transaction_seconds_ += seconds() - begin;
        sent_ += transactions.size();
        pool_bytes_ = heap_bytes() - before;
        assert(nodes_.front()->ledger().pool().size() >= kBodySize);
    }
    static mempool::TransactionArrived arrived(const Shared<Transaction>& tx) {
        return {{}, tx, false, std::nullopt};
    }
    void connect(Node& node, const Shared<CheckedBlock>& block) {
        node.give(chain::Input{chain::BlockArrived{{}, block, false}}, now_);
        now_ += std::chrono::seconds{2};
        node.wake(now_);
        assert(node.ledger().chain().tip()->hash == block->hash);
    }
    void report(const Traffic& traffic) {
        const auto ledgers = static_cast<double>(count_);
        const Node& node = *nodes_.front();
        assert(node.ledger().chain().tip()->hash == traffic.tip());
        std::printf("%zu blocks of %zu transactions, pool of %zu: %zu bytes a ledger\n", blocks_,
                    kBodySize, node.ledger().pool().size(),
                    (heap_bytes() - bytes_before_) / count_);
        std::printf("  with what is shared, %zu ledgers\n", count_ + 1);
        std::printf("  the last %zu transactions: %zu bytes a ledger\n", kBodySize,
                    pool_bytes_ / count_);
        std::printf("  chain state says %zu, pool %zu, store %zu bytes; %zu coins read\n",
                    node.ledger().chain().memory_bytes(), node.ledger().pool().memory_bytes(),
                    node.store().memory_bytes(), node.coins_read());
        std::printf("a transaction: %.2f us a ledger\n",
                    transaction_seconds_ / static_cast<double>(sent_) / ledgers * 1e6);
        std::printf("a block: %.1f us a ledger\n",
                    block_seconds_ / static_cast<double>(blocks_) / ledgers * 1e6);
    }

    std::size_t count_;
    std::size_t blocks_;
    chain::Limits limits_;
    test::SeededRandom random_{1};
    test::ChainBuilder builder_;
    Archive archive_{regtest(), random_};
    std::vector<std::unique_ptr<Node>> nodes_;
    BlockHash tip_;
    Time now_{std::chrono::seconds{1'700'000'000}};
    std::size_t bytes_before_ = 0;
    std::size_t pool_bytes_ = 0;
    std::size_t sent_ = 0;
    double transaction_seconds_ = 0;
    double block_seconds_ = 0;
};

}  // namespace
}  // namespace starling::sim

int main(int count, char** values) {
    const auto number = [&](int index, std::size_t otherwise) -> std::size_t {
        return index < count ? std::strtoul(values[index], nullptr, 10) : otherwise;
    };
    starling::sim::Bench(number(1, 200), number(2, 60), number(3, 256) * 1024);
    return 0;
}
