#include "node/pool_file.h"

#include "node/atomic_file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <sys/stat.h>

namespace starling::node {
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

TEST(PoolFile, ReadsWhatItWrote) {
    const auto saved = chain_of(50);
    EXPECT_EQ(decode_pool(encode_pool(saved)), saved);
    EXPECT_TRUE(decode_pool(encode_pool({})).empty());
}

TEST(PoolFile, ATornFileGivesItsBeginning) {
    const auto saved = chain_of(5);
    const Bytes whole = encode_pool(saved);
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const auto read = decode_pool(ByteView(whole).first(size));
        ASSERT_LT(read.size(), saved.size());
        EXPECT_TRUE(std::equal(read.begin(), read.end(), saved.begin()));
    }
    EXPECT_TRUE(decode_pool(Bytes(1'000, 0xff)).empty());
}

TEST(PoolFile, ParentsStandBeforeTheirChildren) {
    const auto chain = chain_of(64);
    std::vector<Shared<mempool::PoolEntry>> entries;
    for (const SavedTransaction& one : chain) {
        auto entry = std::make_shared<mempool::PoolEntry>();
        entry->transaction = one.transaction;
        entry->entered = one.entered;
        entries.push_back(std::move(entry));
    }
    std::ranges::sort(entries, {}, [](const auto& e) { return e->transaction->txid(); });
    EXPECT_EQ(in_order(entries), chain);
}

TEST(AtomicFile, ReplacesWithTheModeThatWasAskedFor) {
    const auto path = std::filesystem::path(::testing::TempDir()) / "starling-atomic";
    replace_file(path, std::string_view("first"));
    replace_file(path, std::string_view("second"), 0600);
    const auto read = read_file(path, 100);
    ASSERT_TRUE(read);
    EXPECT_EQ(std::string(read->begin(), read->end()), "second");
    struct stat info {};
    ASSERT_EQ(::stat(path.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777U, 0600U);
    EXPECT_FALSE(read_file(path, 5));
    std::filesystem::remove(path);
    EXPECT_FALSE(read_file(path, 100));
}

}  // namespace
}  // namespace starling::node
