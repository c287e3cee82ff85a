#include "mempool/saved_pool.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace starling::mempool {
namespace {

Shared<Transaction> spending(const Txid& parent, std::uint32_t lock_time) {
    TransactionData data;
    data.inputs.push_back({.previous = {parent, 0}, .witness = {Bytes(64, 7)}});
    data.outputs.push_back({Amount{1'000}, Bytes(34, 1)});
    data.lock_time = lock_time;
    return std::make_shared<const Transaction>(std::move(data));
}

std::vector<SavedTransaction> chain_of(std::size_t length) {
    std::vector<SavedTransaction> out;
    Txid parent{};
    parent.bytes[0] = 1;
    for (std::uint32_t i = 0; i < length; ++i) {
        out.push_back({spending(parent, i), Time{Duration{1'000 + i}}});
        parent = out.back().transaction->txid();
    }
    return out;
}

TEST(SavedPool, ReadsWhatItWrote) {
    const auto saved = chain_of(50);
    EXPECT_EQ(decode_pool(encode_pool(saved)), saved);
    EXPECT_TRUE(decode_pool(encode_pool({})).empty());
}

TEST(SavedPool, ATornFileGivesItsBeginning) {
    const auto saved = chain_of(5);
    const Bytes whole = encode_pool(saved);
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const auto read = decode_pool(ByteView(whole).first(size));
        ASSERT_LT(read.size(), saved.size());
        EXPECT_TRUE(std::equal(read.begin(), read.end(), saved.begin()));
    }
    EXPECT_TRUE(decode_pool(Bytes(1'000, 0xff)).empty());
}

TEST(SavedPool, ParentsStandBeforeTheirChildren) {
    const auto chain = chain_of(64);
    std::vector<Shared<PoolEntry>> entries;
    for (const SavedTransaction& one : chain) {
        auto entry = std::make_shared<PoolEntry>();
        entry->transaction = one.transaction;
        entry->entered = one.entered;
        entries.push_back(std::move(entry));
    }
    std::ranges::sort(entries, {}, [](const auto& e) { return e->transaction->txid(); });
    EXPECT_EQ(parents_first(entries), chain);
}

}  // namespace
}  // namespace starling::mempool
