#include "chain/lmdb_store.h"
#include "support/faulty_files.h"
#include "support/temporary_folder.h"
#include "unit/chain/random_ledger.h"

#include <gtest/gtest.h>

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

namespace starling::chain {
namespace {

// What was appended and committed up to some instant, and what a store must show after a crash.
class CrashTest : public testing::Test {
protected:
    // The store stands where its last commit left it, and its tail is a beginning of what was
    // appended after that. Gives the length of the tail.
    std::size_t expect_boundary(LmdbStore& store, const std::vector<Shared<CheckedBlock>>& after) {
        const Loaded loaded = store.take_loaded();
        EXPECT_EQ(loaded.tip, committed_tip_);
        EXPECT_LE(loaded.tail.size(), after.size());
        for (std::size_t i = 0; i < loaded.tail.size(); ++i) {
            EXPECT_EQ(*loaded.tail[i], *after[i]->bytes);
            EXPECT_EQ(*store.body(after[i]->hash), *after[i]->bytes);
        }
        BlockHash boundary;
        EXPECT_EQ(coins_of(store, boundary), committed_coins_);
        EXPECT_EQ(boundary, committed_tip_);
        for (const auto& body : committed_bodies_)
            EXPECT_EQ(*store.body(body->hash), *body->bytes);
        return loaded.tail.size();
    }
    void note_commit(const RandomLedger& ledger, const std::vector<Shared<CheckedBlock>>& bodies) {
        committed_tip_ = ledger.tip().hash;
        committed_coins_ = ledger.coins();
        committed_bodies_.insert(committed_bodies_.end(), bodies.begin(), bodies.end());
    }

    test::TemporaryFolder folder_;
    BlockHash committed_tip_ = regtest().genesis_hash;
    test::CoinMap committed_coins_;
    std::vector<Shared<CheckedBlock>> committed_bodies_;
};

TEST_F(CrashTest, APowerCutTakesNothingThatWasCommitted) {
    using Unsynced = test::FaultyFiles::Unsynced;
    test::SeededRandom random(21);
    test::FaultyFiles files;
    const StoreOptions options{.files = &files, .segment_bytes_max = 12'000};
    RandomLedger ledger(22);
    auto store = std::make_unique<LmdbStore>(folder_.path(), regtest(), options);
    for (int round = 0; round < 60; ++round) {
        const auto walk = ledger.walk(3, 5);
        const std::size_t cut_at = random.below(2 * walk.bodies.size() + 1);
        for (std::size_t appended = 0; appended <= walk.bodies.size(); ++appended) {
            if (appended == cut_at) {
                store.reset();
                // Or only the process dies, and a later cut takes what was never synced.
                const auto fate = random.below(4);
                if (fate < 3) files.cut_power(Unsynced{static_cast<int>(fate)}, random);
                store = std::make_unique<LmdbStore>(folder_.path(), regtest(), options);
                const std::vector<Shared<CheckedBlock>> after(
                    walk.bodies.begin(),
                    walk.bodies.begin() + static_cast<std::ptrdiff_t>(appended));
                const std::size_t tail = expect_boundary(*store, after);
                EXPECT_TRUE(fate < 3 || tail == after.size());
                for (const auto& body : after)  // what was lost comes from peers
                    store->append(body);
            }
            if (appended < walk.bodies.size()) store->append(walk.bodies[appended]);
        }
        store->commit(walk.batch);
        note_commit(ledger, walk.bodies);
    }
    store.reset();
    files.cut_power(Unsynced::lost, random);
    LmdbStore last(folder_.path(), regtest(), options);
    EXPECT_EQ(expect_boundary(last, {}), 0U);
}

TEST_F(CrashTest, WhatStandsBehindTheCommittedEndIsUsedOrCut) {
    test::SeededRandom random(23);
    test::FaultyFiles files;
    const StoreOptions options{.files = &files};
    RandomLedger ledger(24);
    const auto walk = ledger.walk(0, 30);
    const auto more = ledger.walk(0, 30);
    {
        LmdbStore store(folder_.path(), regtest(), options);
        for (const auto& body : walk.bodies)
            store.append(body);
        store.commit(walk.batch);
        committed_tip_ = walk.batch.tip;
        BlockHash boundary;
        committed_coins_ = coins_of(store, boundary);
        committed_bodies_ = walk.bodies;
        for (const auto& body : more.bodies)
            store.append(body);
    }
    std::uint64_t committed = 0;
    for (const auto& body : walk.bodies)
        committed += FrameScanner::kHeaderBytes + body->bytes->size();
    const auto segment = folder_.path() / "blocks" / "00000.dat";
    const Bytes whole = files.content(segment);
    for (int round = 0; round < 60; ++round) {
        Bytes& content = files.content(segment);
        content = whole;
        const std::size_t at = committed + random.below(whole.size() - committed);
        if (round % 2 == 0)
            content.resize(at);
        else
            content[at] ^= static_cast<std::uint8_t>(1 + random.below(255));
        LmdbStore store(folder_.path(), regtest(), options);
        // Every frame that ends before the damage is there, the one with the damage is not.
        std::size_t intact = 0;
        std::uint64_t end = committed;
        while (end + FrameScanner::kHeaderBytes + more.bodies[intact]->bytes->size() <= at)
            end += FrameScanner::kHeaderBytes + more.bodies[intact++]->bytes->size();
        EXPECT_EQ(expect_boundary(store, more.bodies), intact);
        EXPECT_EQ(files.content(segment).size(), end);
    }
}

TEST_F(CrashTest, LaterSegmentsGoWithATornOne) {
    test::FaultyFiles files;
    const StoreOptions options{.files = &files, .segment_bytes_max = 5'000};
    RandomLedger ledger(25);
    const auto walk = ledger.walk(0, 60);
    {
        LmdbStore store(folder_.path(), regtest(), options);
        for (const auto& body : walk.bodies)
            store.append(body);
    }
    ASSERT_GT(files.names(folder_.path() / "blocks").size(), 2U);
    files.content(folder_.path() / "blocks" / "00000.dat").pop_back();
    LmdbStore store(folder_.path(), regtest(), options);
    expect_boundary(store, walk.bodies);
    EXPECT_EQ(files.names(folder_.path() / "blocks").size(), 1U);
}

// A process that commits the walks one after another, from wherever its store stands.
[[noreturn]] void commit_until_killed(const std::filesystem::path& folder,
                                      const std::vector<RandomLedger::Walk>& walks) {
    LmdbStore store(folder, regtest(), {.segment_bytes_max = 50'000});
    const BlockHash tip = store.take_loaded().tip;
    std::size_t next = 0;
    for (std::size_t i = 0; i < walks.size(); ++i)
        if (walks[i].batch.tip == tip) next = i + 1;
    for (; next < walks.size(); ++next) {
        for (const auto& body : walks[next].bodies)
            store.append(body);
        store.commit(walks[next].batch);
    }
    ::_exit(0);
}

TEST_F(CrashTest, AKilledProcessStandsAtABoundaryAndHasLostNothing) {
    RandomLedger ledger(26);
    std::vector<RandomLedger::Walk> walks;
    std::vector<test::CoinMap> coins;
    for (int i = 0; i < 300; ++i) {
        walks.push_back(ledger.walk(2, 3));
        coins.push_back(ledger.coins());
    }
    test::SeededRandom random(27);
    std::size_t committed = 0;
    for (int round = 0; round < 20; ++round) {
        const pid_t child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) commit_until_killed(folder_.path(), walks);
        ::usleep(static_cast<useconds_t>(random.below(15'000)));
        ::kill(child, SIGKILL);
        ASSERT_EQ(::waitpid(child, nullptr, 0), child);

        LmdbStore store(folder_.path(), regtest(), {.segment_bytes_max = 50'000});
        const Loaded loaded = store.take_loaded();
        std::size_t now = 0;
        for (std::size_t i = 0; i < walks.size(); ++i)
            if (walks[i].batch.tip == loaded.tip) now = i + 1;
        EXPECT_GE(now, committed);
        committed = now;
        BlockHash boundary;
        EXPECT_EQ(coins_of(store, boundary), now == 0 ? test::CoinMap{} : coins[now - 1]);
        EXPECT_EQ(boundary, loaded.tip);
        for (std::size_t i = 0; i < loaded.tail.size(); ++i)
            EXPECT_EQ(*loaded.tail[i], *walks.at(now).bodies.at(i)->bytes);
    }
    EXPECT_GT(committed, 0U);
}

}  // namespace
}  // namespace starling::chain
