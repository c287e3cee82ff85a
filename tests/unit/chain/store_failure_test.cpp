#include "chain/lmdb_store.h"
#include "chain/store_error.h"
#include "support/faulty_files.h"
#include "support/temporary_folder.h"
#include "unit/chain/random_ledger.h"

#include <gtest/gtest.h>

#include <fstream>
#include <gmock/gmock.h>
#include <tuple>

namespace starling::chain {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// The line with which something fails.
template <class Action>
std::string failure_of(Action action) {
    try {
        action();
    } catch (const StoreError& error) {
        return error.what();
    }
    return "nothing failed";
}

auto one_line(const std::string& part) {
    return AllOf(HasSubstr(part), Not(HasSubstr("\n")));
}

class StoreFailure : public testing::Test {
protected:
    std::string opening(const Parameters& parameters = regtest()) {
        return failure_of([&] { LmdbStore store(folder_.path(), parameters, options_); });
    }
    void fill(int walks) {
        LmdbStore store(folder_.path(), regtest(), options_);
        for (int i = 0; i < walks; ++i)
            carry_out(ledger_.walk(0, 5), store);
    }
    static void carry_out(const RandomLedger::Walk& walk, LmdbStore& store) {
        for (const auto& body : walk.bodies)
            store.append(body);
        store.commit(walk.batch);
    }
    void expect_intact(LmdbStore& store, const BlockHash& tip, const test::CoinMap& coins) {
        BlockHash boundary;
        EXPECT_EQ(coins_of(store, boundary), coins);
        EXPECT_EQ(boundary, tip);
    }

    test::TemporaryFolder folder_;
    test::FaultyFiles files_;
    StoreOptions options_{.files = &files_, .segment_bytes_max = 20'000};
    RandomLedger ledger_{31};
};

TEST_F(StoreFailure, AFullDiskUnderTheSegmentsLosesNothing) {
    fill(3);
    const BlockHash tip = ledger_.tip().hash;
    const test::CoinMap coins = ledger_.coins();
    const auto walk = ledger_.walk(0, 30);
    for (std::uint64_t room = 0; room < 3'000; room += 271) {
        LmdbStore store(folder_.path(), regtest(), options_);
        files_.free_bytes = room;
        EXPECT_THAT(failure_of([&] { carry_out(walk, store); }), one_line("free some disk space"));
        files_.free_bytes = std::numeric_limits<std::uint64_t>::max();
        expect_intact(store, tip, coins);
    }
    LmdbStore store(folder_.path(), regtest(), options_);
    carry_out(walk, store);
    expect_intact(store, ledger_.tip().hash, ledger_.coins());
    for (const auto& body : walk.bodies)
        EXPECT_EQ(*store.body(body->hash), *body->bytes);
}

TEST_F(StoreFailure, AFullStateLosesNothing) {
    options_.map_bytes = 200'000;
    auto store = std::make_unique<LmdbStore>(folder_.path(), regtest(), options_);
    BlockHash tip = ledger_.tip().hash;
    test::CoinMap coins;
    std::string failure;
    RandomLedger::Walk walk;
    while (failure.empty()) {
        walk = ledger_.walk(0, 10);
        try {
            carry_out(walk, *store);
            tip = ledger_.tip().hash;
            coins = ledger_.coins();
        } catch (const StoreError& error) {
            failure = error.what();
        }
    }
    EXPECT_THAT(failure, one_line("larger one, nothing is lost"));
    expect_intact(*store, tip, coins);
    store.reset();
    options_.map_bytes = std::size_t{1} << 30;
    store = std::make_unique<LmdbStore>(folder_.path(), regtest(), options_);
    EXPECT_EQ(store->take_loaded().tail.size(), walk.bodies.size());
    expect_intact(*store, tip, coins);
    store->commit(walk.batch);
    expect_intact(*store, ledger_.tip().hash, ledger_.coins());
}

TEST_F(StoreFailure, ATruncatedOrMissingSegmentIsNamedAndNothingIsChanged) {
    fill(10);
    const auto names = files_.names(folder_.path() / "blocks");
    ASSERT_GT(names.size(), 1U);
    for (const std::string& name : names) {
        Bytes& content = files_.content(folder_.path() / "blocks" / name);
        const Bytes whole = content;
        content.pop_back();
        EXPECT_THAT(opening(), AllOf(one_line(name), HasSubstr("truncated"),
                                     HasSubstr("restore the file, or delete")));
        EXPECT_EQ(content.size(), whole.size() - 1);
        content = whole;
    }
    files_.remove(folder_.path() / "blocks" / names.front());
    EXPECT_THAT(opening(), AllOf(one_line(names.front()), HasSubstr("missing")));
}

TEST_F(StoreFailure, EveryDamagedByteOfABodyIsNoticedAndNamed) {
    fill(2);
    LmdbStore store(folder_.path(), regtest(), options_);
    const auto block = ledger_.block(
        ledger_.builder().genesis() == ledger_.tip().hash ? BlockHash{} : ledger_.tip().hash);
    Bytes& content = files_.content(folder_.path() / "blocks" / "00000.dat");
    const auto at =
        std::search(content.begin(), content.end(), block->bytes->begin(), block->bytes->end());
    ASSERT_NE(at, content.end());
    const auto offset = at - content.begin() - 8;
    for (auto it = at - 8; it < at + static_cast<std::ptrdiff_t>(block->bytes->size()); it += 7) {
        *it ^= 0x40;
        EXPECT_THAT(failure_of([&] { std::ignore = store.body(block->hash); }),
                    AllOf(one_line("00000.dat"), HasSubstr(std::to_string(offset)),
                          HasSubstr("restore the file, or delete")));
        *it ^= 0x40;
    }
    EXPECT_EQ(*store.body(block->hash), *block->bytes);
}

TEST_F(StoreFailure, AStoreOfANewerLayoutIsRefusedUntouched) {
    fill(1);
    const auto write_schema = [&](std::uint8_t schema) {
        lmdb::Environment environment(folder_.path() / "state", std::size_t{1} << 30);
        lmdb::Transaction transaction(environment, lmdb::Mode::write);
        const lmdb::Table meta = transaction.open_table("meta");
        transaction.put(meta, view_of(meta::kSchemaKey), Bytes{schema, 0, 0, 0});
        transaction.commit();
    };
    write_schema(kSchema + 1);
    EXPECT_THAT(opening(), AllOf(one_line("layout 2"), HasSubstr("knows 1")));
    write_schema(kSchema);
    LmdbStore store(folder_.path(), regtest(), options_);
    expect_intact(store, ledger_.tip().hash, ledger_.coins());
}

TEST_F(StoreFailure, AStoreOfAnotherNetworkIsRefused) {
    fill(1);
    EXPECT_THAT(opening(local()), one_line("belongs to another network than local"));
}

TEST_F(StoreFailure, ASecondStoreOnTheSameFolderIsRefused) {
    const LmdbStore store(folder_.path(), regtest(), options_);
    EXPECT_THAT(opening(), one_line("another starlingd is using " + folder_.path().string()));
}

TEST_F(StoreFailure, AFileThatIsNoStateIsCalledDamaged) {
    std::filesystem::create_directories(folder_.path() / "state");
    std::ofstream(folder_.path() / "state" / "data.mdb") << std::string(20'000, 'x');
    EXPECT_THAT(opening(), AllOf(one_line("damaged"), HasSubstr("delete the network's folder")));
}

TEST_F(StoreFailure, AFolderThatCannotBeMadeIsNamed) {
    std::ofstream(folder_.path() / "file") << "x";
    EXPECT_THAT(failure_of([&] {
                    LmdbStore store(folder_.path() / "file" / "regtest", regtest(), options_);
                }),
                one_line("file/regtest"));
}

}  // namespace
}  // namespace starling::chain
