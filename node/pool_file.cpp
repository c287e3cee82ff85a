#include "node/pool_file.h"

#include "consensus/serialize.h"
#include "node/atomic_file.h"
#include "node/log.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

namespace starling::node {

namespace {

constexpr std::string_view kMark = "starpool";
constexpr std::uint32_t kVersion = 1;

}  // namespace

Bytes encode_pool(const std::vector<SavedTransaction>& transactions) {
    Writer out;
    for (const char c : kMark)
        out.u8(static_cast<std::uint8_t>(c));
    out.u32(kVersion);
    for (const SavedTransaction& one : transactions) {
        out.i64(one.entered.time_since_epoch().count());
        encode(out, one.transaction->data());
    }
    return out.take();
}

std::vector<SavedTransaction> decode_pool(ByteView bytes) {
    std::vector<SavedTransaction> out;
    Reader in(bytes);
    const ByteView mark = in.view(kMark.size());
    if (!std::ranges::equal(mark, kMark) || in.u32() != kVersion) return out;
    while (!in.failed() && in.remaining() > 0) {
        const Time entered{Duration{in.i64()}};
        auto transaction = decode_transaction(in);
        if (!transaction) break;
        out.push_back({*transaction, entered});
    }
    return out;
}

std::vector<SavedTransaction> in_order(const std::vector<Shared<mempool::PoolEntry>>& entries) {
    std::map<Txid, const mempool::PoolEntry*> waiting;
    for (const auto& entry : entries)
        waiting.emplace(entry->transaction->txid(), entry.get());
    std::vector<SavedTransaction> out;
    out.reserve(entries.size());
    std::vector<const mempool::PoolEntry*> path;  // no deeper than a cluster
    for (const auto& entry : entries) {
        if (waiting.contains(entry->transaction->txid())) path.push_back(entry.get());
        while (!path.empty()) {
            const mempool::PoolEntry* top = path.back();
            const std::size_t depth = path.size();
            for (const TxIn& input : top->transaction->inputs()) {
                const auto parent = waiting.find(input.previous.txid);
                if (parent == waiting.end()) continue;
                path.push_back(parent->second);
                break;
            }
            if (path.size() > depth) continue;
            path.pop_back();
            if (waiting.erase(top->transaction->txid()) != 0)
                out.push_back({top->transaction, top->entered});
        }
    }
    return out;
}

struct PoolFile::Feeding {
    std::vector<SavedTransaction> transactions;
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
        std::vector<SavedTransaction> transactions;
        if (const auto bytes = read_file(path_, kFileBytesMax)) transactions = decode_pool(*bytes);
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
        const SavedTransaction& one = feeding->transactions[feeding->next];
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

std::vector<SavedTransaction> PoolFile::content() const {
    std::vector<SavedTransaction> out = in_order(machine_.ledger().pool().entries());
    if (feeding_ == nullptr) return out;
    // All that the file had: what is in the pool already is found to be a duplicate next time.
    const auto& owed = feeding_->transactions;
    out.insert(out.end(), owed.begin(), owed.end());
    return out;
}

void PoolFile::save_later() {
    if (feeding_ == nullptr) {
        machine_.jobs().on_worker([path = path_, saved = content()] {
            try {
                replace_file(path, encode_pool(saved));
            } catch (const std::system_error& error) {
                log_warning(std::string("the pool was not saved: ") + error.what());
            }
        });
    }
    machine_.loop().after(kSaveEvery, [this] { save_later(); });
}

void PoolFile::save_now() {
    if (feeding_ != nullptr && !feeding_->read) return;  // the file is better than what we have
    replace_file(path_, encode_pool(content()));
}

}  // namespace starling::node
