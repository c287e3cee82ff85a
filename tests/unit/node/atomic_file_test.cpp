#include "node/atomic_file.h"

#include "support/temporary_folder.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <sys/stat.h>

namespace starling::node {
namespace {

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
    std::filesystem::remove(path);
}

TEST(AtomicFile, TellsWhatIsNotThereFromWhatCannotBeRead) {
    const test::TemporaryFolder folder;
    const auto path = folder.path() / "file";
    const auto error = [&](std::size_t bytes_max) { return read_file(path, bytes_max).error(); };
    EXPECT_EQ(error(100), std::errc::no_such_file_or_directory);
    replace_file(path, std::string_view("second"));
    EXPECT_EQ(read_file(path, 6).value().size(), 6U);
    EXPECT_EQ(error(5), std::errc::file_too_large);
    std::filesystem::remove(path);
    std::filesystem::create_directory(path);
    EXPECT_EQ(error(100), std::errc::is_a_directory);
}

TEST(AtomicFile, LeavesNothingBesideAFileThatItCannotReplace) {
    const test::TemporaryFolder folder;
    const auto path = folder.path() / "file";
    std::filesystem::create_directory(path);
    EXPECT_THROW(replace_file(path, std::string_view("new")), std::system_error);
    EXPECT_FALSE(std::filesystem::exists(folder.path() / "file.new"));
}

}  // namespace
}  // namespace starling::node
