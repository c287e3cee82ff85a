#include "wallet-cli/wallet_file.h"

#include "wallet-cli/failure.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sys/stat.h>

namespace starling::wallet {
namespace {

namespace fs = std::filesystem;

struct WalletFileTest : testing::Test {
    WalletFileTest() { fs::create_directories(folder); }
    ~WalletFileTest() override { fs::remove_all(folder); }

    WalletFile some_wallet() const {
        WalletFile wallet{.network = "local",
                          .seed = seal(Bytes{1, 2, 3}, "p", {.n = 2, .r = 1, .p = 1}),
                          .xpub = "tpub",
                          .next_receive = 3,
                          .next_change = 2};
        wallet.sent.push_back({.txid = "aa", .raw = "0200", .address = "lstl1", .paid = {5}});
        wallet.history.push_back({.txid = "bb", .height = 7, .received = {9}, .fee = Amount{1}});
        wallet.history.push_back({.txid = "cc", .height = 8, .coinbase = true});
        wallet.owned[{Txid{}, 4}] = {123};
        wallet.scanned_height = 8;
        wallet.scanned_hash = "dd";
        return wallet;
    }

    fs::path folder = fs::path(testing::TempDir()) /
                      ("wallet_file_test." + std::to_string(::getpid()) + "." +
                       testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::path file = folder / "wallet.json";
};

TEST_F(WalletFileTest, KeepsEverythingItIsGiven) {
    const WalletFile before = some_wallet();
    save_wallet(file, before);
    const WalletFile after = load_wallet(file);
    EXPECT_EQ(after.network, before.network);
    EXPECT_EQ(after.seed.ciphertext, before.seed.ciphertext);
    EXPECT_TRUE(unseal(after.seed, "p"));
    EXPECT_EQ(after.next_receive, 3u);
    EXPECT_EQ(after.next_change, 2u);
    EXPECT_EQ(after.sent.at(0).raw, "0200");
    EXPECT_EQ(after.history.at(0).fee, Amount{1});
    EXPECT_EQ(after.history.at(1).fee, std::nullopt);
    EXPECT_TRUE(after.history.at(1).coinbase);
    EXPECT_EQ(after.owned, before.owned);
    EXPECT_EQ(after.scanned_height, 8);
}

TEST_F(WalletFileTest, IsReadableByItsOwnerOnly) {
    save_wallet(file, some_wallet());
    struct stat facts {};
    ASSERT_EQ(::stat(file.c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 0777, 0600u);
}

TEST_F(WalletFileTest, ReplacesTheOldWalletAtomically) {
    save_wallet(file, some_wallet());
    std::ofstream(file.string() + ".new") << "half a wal";  // as a crash may leave it
    EXPECT_EQ(load_wallet(file).next_receive, 3u);
    WalletFile later = some_wallet();
    later.next_receive = 4;
    save_wallet(file, later);
    EXPECT_EQ(load_wallet(file).next_receive, 4u);
    EXPECT_FALSE(fs::exists(file.string() + ".new"));
}

TEST_F(WalletFileTest, SaysWhatIsWrongWithAFileThatIsNoWallet) {
    EXPECT_THROW(load_wallet(file), CommandFailure);
    for (const char* text : {"", "{", "[]", "{\"version\":2}", "{\"version\":1,\"network\":5}"}) {
        std::ofstream(file, std::ios::trunc) << text;
        try {
            load_wallet(file);
            FAIL() << text;
        } catch (const CommandFailure& failure) {
            EXPECT_NE(std::string(failure.what()).find(file.string()), std::string::npos);
        }
    }
}

}  // namespace
}  // namespace starling::wallet
