#include "node/key_file.h"

#include "consensus/hex.h"
#include "node/atomic_file.h"
#include "p2p/identity/identity_work.h"
#include "support/seeded_random.h"
#include "support/temporary_folder.h"

#include <gtest/gtest.h>

#include <fstream>
#include <stdexcept>
#include <sys/stat.h>

namespace starling::node {
namespace {

namespace fs = std::filesystem;

// Chance that gives the same word for ever.
struct Stuck : Random {
    explicit Stuck(std::uint64_t only) : word(only) {}
    std::uint64_t next() override { return word; }
    std::uint64_t word;
};

struct KeyFile : testing::Test {
    [[nodiscard]] std::string content() const {
        const auto bytes = read_file(file, 1'000);
        return bytes ? std::string(bytes->begin(), bytes->end()) : "";
    }
    void write(const std::string& text) const { replace_file(file, text, 0600); }
    // What it says to the person; empty if it loaded.
    std::string refusal() {
        const std::string before = content();
        try {
            (void)load_or_make_key(file, random);
        } catch (const std::runtime_error& error) {
            EXPECT_EQ(content(), before) << "a refused file is left as it is";
            return error.what();
        }
        return "";
    }

    test::TemporaryFolder folder;
    fs::path file = folder.path() / "node.key";
    test::SeededRandom random{3};
};

const std::string kGood = std::string(63, '0') + "1";

TEST_F(KeyFile, IsMadeAtTheFirstStartAndKept) {
    const p2p::Identity first = load_or_make_key(file, random);
    EXPECT_EQ(content(), hex(first.secret) + "\n");
    const p2p::Identity second = load_or_make_key(file, random);
    EXPECT_EQ(second.secret, first.secret);
    EXPECT_EQ(second.id, first.id);
    EXPECT_NE(load_or_make_key(folder.path() / "other.key", random).id, first.id);
}

TEST_F(KeyFile, HasThePriceOfTheNetwork) {
    const p2p::Identity made = load_or_make_key(file, random, 10);
    EXPECT_GE(p2p::identity_work(made.key), 10U);
    EXPECT_EQ(load_or_make_key(file, random, 10).id, made.id);
}

TEST_F(KeyFile, BelowThePriceIsRefusedWithWhatToDoAndLeftAsItIs) {
    const p2p::Identity free = load_or_make_key(file, random);
    const std::string before = content();
    const auto bits = static_cast<std::uint8_t>(p2p::identity_work(free.key) + 1);
    try {
        (void)load_or_make_key(file, random, bits);
        FAIL() << "a key below the price was taken";
    } catch (const std::runtime_error& error) {
        const std::string why = error.what();
        EXPECT_NE(why.find("this network asks for " + std::to_string(bits)), std::string::npos);
        EXPECT_NE(why.find("Move it away"), std::string::npos);
        EXPECT_EQ(why.find('\n'), std::string::npos);
    }
    EXPECT_EQ(content(), before);
}

TEST_F(KeyFile, IsOpenToItsOwnerOnly) {
    const mode_t before = ::umask(0);
    (void)load_or_make_key(file, random);
    ::umask(before);
    struct stat info {};
    ASSERT_EQ(::stat(file.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777U, 0600U);
}

TEST_F(KeyFile, IsReadAsWritten) {
    write(kGood + "\n");
    SecretKey one{};
    one.back() = 1;
    EXPECT_EQ(load_or_make_key(file, random).secret, one);
}

TEST_F(KeyFile, IsRefusedIfOthersMayReadIt) {
    write(kGood + "\n");
    for (const unsigned mode : {0640u, 0604u, 0660u, 0601u}) {
        ASSERT_EQ(::chmod(file.c_str(), mode), 0);
        EXPECT_NE(refusal().find("chmod 600"), std::string::npos) << std::oct << mode;
    }
    for (const unsigned mode : {0600u, 0400u}) {
        ASSERT_EQ(::chmod(file.c_str(), mode), 0);
        EXPECT_EQ(refusal(), "") << std::oct << mode;
    }
}

TEST_F(KeyFile, IsRefusedIfDamaged) {
    const std::string order = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
    const std::string damaged[] = {"",
                                   "\n",
                                   kGood,
                                   kGood.substr(1) + "\n",
                                   kGood + "\n\n",
                                   kGood + " ",
                                   "g" + kGood.substr(1) + "\n",
                                   std::string(65, '\0'),
                                   std::string(64, '0') + "\n",
                                   order + "\n",
                                   std::string(1'000'000, '1')};
    for (const std::string& text : damaged) {
        write(text);
        EXPECT_NE(refusal().find("restore it from a backup"), std::string::npos)
            << text.substr(0, 80);
    }
}

TEST_F(KeyFile, IsNeverShown) {
    write(kGood + "\n");
    ASSERT_EQ(::chmod(file.c_str(), 0644), 0);
    EXPECT_EQ(refusal().find(kGood), std::string::npos);
    write(kGood);
    EXPECT_EQ(refusal().find(kGood), std::string::npos);
    EXPECT_EQ(refusal().find('\n'), std::string::npos) << "one line";
}

TEST_F(KeyFile, IsNotReplacedByOneWhereALinkLeadsNowhere) {
    fs::create_symlink(folder.path() / "away", file);
    EXPECT_NE(refusal().find("restore it"), std::string::npos);
    EXPECT_TRUE(fs::is_symlink(file));
}

TEST_F(KeyFile, IsNotReadFromAFolder) {
    fs::create_directory(file);
    EXPECT_NE(refusal().find("restore it"), std::string::npos);
}

TEST_F(KeyFile, IsNotMadeWithoutChance) {
    Stuck zeros(0), ones(~0ull);
    EXPECT_THROW((void)load_or_make_key(file, zeros), std::runtime_error);
    EXPECT_THROW((void)load_or_make_key(file, ones), std::runtime_error);
    EXPECT_FALSE(fs::exists(file));
    try {
        (void)load_or_make_key(file, zeros, 20);
        FAIL() << "a key was made without chance";
    } catch (const std::runtime_error& error) {
        EXPECT_NE(std::string(error.what()).find("random numbers is broken"), std::string::npos);
    }
}

TEST_F(KeyFile, IsNotUsedIfItCannotBeKept) {
    file = folder.path() / "no such folder" / "node.key";
    EXPECT_THROW((void)load_or_make_key(file, random), std::runtime_error);
}

}  // namespace
}  // namespace starling::node
