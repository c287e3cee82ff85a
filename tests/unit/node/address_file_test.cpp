#include "node/address_file.h"

#include "chain/memory_store.h"
#include "node/atomic_file.h"
#include "node/clock.h"
#include "node/random.h"
#include "p2p/saved_addresses.h"
#include "support/identities.h"
#include "support/temporary_folder.h"

#include <gtest/gtest.h>

#include <future>

namespace starling::node {
namespace {

namespace fs = std::filesystem;

// A node without network and store, from its start to its stop, on the calling thread.
class Node {
public:
    explicit Node(const fs::path& path) : file_(machine_, path) {
        machine_.open(store_.load(), [this] { loop_.stop(); });
        loop_.run();
    }
    Node& load() {
        file_.load([this] { loop_.stop(); });
        loop_.run();
        return *this;
    }
    Node& restore() {
        file_.restore();
        return *this;
    }
    Node& find(std::uint64_t node) {
        const auto port = static_cast<std::uint16_t>(8'000 + node);
        const auto address = p2p::Endpoint::ipv4({127, 0, 0, 1}, port);
        machine_.tell(p2p::CandidatesFound{
            {{test::record_of(test::identity(node), address), p2p::Origin::overlay, address}}});
        return *this;
    }
    Node& save() {
        file_.save();
        return *this;
    }
    // What a job threw is thrown here.
    void stop() {
        machine_.jobs().finish();
        loop_.post([this] { loop_.stop(); });
        loop_.run();
    }
    std::size_t known() const { return machine_.gossip().candidates(now()).known; }
    Jobs& jobs() { return machine_.jobs(); }

private:
    Loop loop_;
    KernelRandom random_;
    chain::MemoryStore store_{regtest().genesis_hash};
    Machine machine_{regtest(), {}, store_, loop_, random_};
    AddressFile file_;
};

class AddressFileTest : public ::testing::Test {
protected:
    std::size_t entries_in_file() const {
        const auto bytes = read_file(path_, p2p::SavedAddresses::kBytesMax);
        return p2p::decode_saved_addresses(bytes.value()).value().entries.size();
    }

    test::TemporaryFolder folder_;
    const fs::path path_ = folder_.path() / "peers.dat";
    const fs::path aside_ = folder_.path() / "peers.dat.damaged";
};

TEST_F(AddressFileTest, KeepsNodesOverARestart) {
    Node(path_).load().restore().find(1).find(2).save().stop();
    Node again(path_);
    EXPECT_EQ(again.load().restore().known(), 2U);
    EXPECT_FALSE(fs::exists(aside_));
    EXPECT_EQ(fs::status(path_).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(AddressFileTest, PutsAsideWhatIsDamagedAndBeginsAnew) {
    Node(path_).load().restore().find(1).save().stop();
    Bytes content = read_file(path_, 1'000'000).value();
    content[content.size() / 2] ^= 0x04;
    replace_file(path_, content);
    Node again(path_);
    EXPECT_EQ(again.load().restore().known(), 0U);
    again.find(2).save().stop();
    EXPECT_EQ(read_file(aside_, 1'000'000).value(), content);
    EXPECT_EQ(entries_in_file(), 1U);
}

TEST_F(AddressFileTest, PutsAsideWhatIsTooLargeToBeReadAndDoesNotWriteOverIt) {
    constexpr std::uintmax_t kLarge = 40'000'000;
    replace_file(path_, std::string_view("begin"));
    fs::resize_file(path_, kLarge);
    Node(path_).load().restore().find(1).save().stop();
    EXPECT_EQ(fs::file_size(aside_), kLarge);
    EXPECT_EQ(entries_in_file(), 1U);
}

TEST_F(AddressFileTest, PutsAsideWhatCannotBeReadAndDoesNotWriteOverIt) {
    fs::create_directories(path_ / "kept");
    Node(path_).load().restore().find(1).save().stop();
    EXPECT_TRUE(fs::is_directory(aside_ / "kept"));
    EXPECT_EQ(entries_in_file(), 1U);
}

TEST_F(AddressFileTest, WritesNothingBeforeTheFileWasRestored) {
    Node(path_).load().find(1).save().stop();
    EXPECT_FALSE(fs::exists(path_));
}

TEST_F(AddressFileTest, WritesOnTheStoreWriterSoThatTheLastWordIsTheNewest) {
    std::promise<void> release;
    Node run(path_);
    run.load().restore();
    run.jobs().on_writer([busy = release.get_future().share()] { busy.wait(); });
    run.save().find(1).save();
    EXPECT_TRUE(fs::is_empty(folder_.path()));
    release.set_value();
    run.stop();
    EXPECT_EQ(entries_in_file(), 1U);
}

TEST_F(AddressFileTest, OutlivesADiskThatCannotBeWritten) {
    const fs::path nowhere = folder_.path() / "gone" / "peers.dat";
    EXPECT_NO_THROW(Node(nowhere).load().restore().find(1).save().stop());
    EXPECT_FALSE(fs::exists(nowhere));
}

TEST(AddressFileUnderAMap, OfFilesThatLostMostUnderAMapTheLargestIsKept) {
    const test::TemporaryFolder folder;
    const std::filesystem::path path = folder.path() / "peers.dat";
    const auto kept = [&] {
        return read_file(folder.path() / "peers.dat.before-map", 100).value();
    };
    replace_file(path, "what is left");
    const Bytes first(40, 1), second(7, 2), third(41, 3);
    write_before_map(path, first);
    EXPECT_EQ(kept(), first);
    write_before_map(path, second);
    EXPECT_EQ(kept(), first) << "another start under that map";
    write_before_map(path, third);
    EXPECT_EQ(kept(), third);
    EXPECT_EQ(std::filesystem::file_size(path), 12u) << "it is not touched";
}

}  // namespace
}  // namespace starling::node
