#include "node/atomic_file.h"

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
    EXPECT_FALSE(read_file(path, 5));
    std::filesystem::remove(path);
    EXPECT_FALSE(read_file(path, 100));
}

}  // namespace
}  // namespace starling::node
