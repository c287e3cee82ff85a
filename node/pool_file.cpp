#include "node/pool_file.h"

#include "node/log.h"
#include "node/saved_file.h"

#include <algorithm>
#include <set>
#include <utility>

namespace starling::node {

struct PoolFile::Feeding {
    std::vector<mempool::SavedTransaction> transactions;
    std::size_t next = 0;
    std::set<Txid> under_way;
    std::size_t accepted = 0;
    bool read = false;  // the file was
    bool feeding = false;

    // Whether a parent of it has no answer yet.
    [[nodiscard]] bool must_wait(const Transaction& transaction) const {
        return std::ranges::any_of(transaction.inputs(), [&](const TxIn& input) {
            return under_way.contains(input.previous.txid);
        });
    }
};

PoolFile::PoolFile(Machine& machine, std::filesystem::path path)
    : machine_(machine), path_(std::move(path)) {}

PoolFile::~PoolFile() = default;

void PoolFile::load() {
    feeding_ = std::make_shared<Feeding>();
    machine_.jobs().on_worker([this, feeding = feeding_] {
        std::vector<mempool::SavedTransaction> transactions;
        if (const auto bytes = read_saved(path_, kFileBytesMax))
            transactions = mempool::decode_pool(*bytes);
        machine_.loop().post([this, feeding, transactions = std::move(transactions)]() mutable {
            feeding->transactions = std::move(transactions);
            feeding->read = true;
            feed(feeding);
        });
    });
    machine_.loop().after(kSaveEvery, [this] { save_later(); });
}

void PoolFile::feed(const std::shared_ptr<Feeding>& feeding) {
    if (std::exchange(feeding->feeding, true)) return;  // an answer came at once
    while (feeding->next < feeding->transactions.size() &&
           feeding->under_way.size() < kFeedingMax) {
        const mempool::SavedTransaction& one = feeding->transactions[feeding->next];
        if (feeding->must_wait(*one.transaction)) break;
        ++feeding->next;
        feeding->under_way.insert(one.transaction->txid());
        machine_.submit(mempool::TransactionArrived{.ticket = {},
                                                    .transaction = one.transaction,
                                                    .test_only = false,
                                                    .entered = one.entered},
                        [this, feeding](const mempool::TransactionDecided& decided) {
                            feeding->under_way.erase(decided.transaction->txid());
                            if (!decided.reject) ++feeding->accepted;
                            feed(feeding);
                        });
    }
    feeding->feeding = false;
    if (feeding->next < feeding->transactions.size() || !feeding->under_way.empty()) return;
    if (feeding_ == nullptr) return;
    if (!feeding->transactions.empty())
        log_info("the pool has " + std::to_string(feeding->accepted) + " of " +
                 std::to_string(feeding->transactions.size()) + " transactions again");
    feeding_ = nullptr;
}

std::vector<mempool::SavedTransaction> PoolFile::content() const {
    std::vector<mempool::SavedTransaction> out =
        mempool::parents_first(machine_.ledger().pool().entries());
    if (feeding_ == nullptr) return out;
    // All that the file had: what is in the pool already is found to be a duplicate next time.
    const auto& owed = feeding_->transactions;
    out.insert(out.end(), owed.begin(), owed.end());
    return out;
}

void PoolFile::save_later() {
    if (feeding_ == nullptr) {
        machine_.jobs().on_worker(
            [path = path_, saved = content()] { write_saved(path, mempool::encode_pool(saved)); });
    }
    machine_.loop().after(kSaveEvery, [this] { save_later(); });
}

void PoolFile::save_now() {
    if (feeding_ != nullptr && !feeding_->read) return;  // the file is better than what we have
    write_saved(path_, mempool::encode_pool(content()));
}

}  // namespace starling::node
