#pragma once

#include <cstdlib>
#include <filesystem>

namespace starling::test {

// Where published vectors and cases are: STARLING_SHARED, or ../shared beside the source tree.
// A test that needs a file from there and does not find it skips with GTEST_SKIP() and says so.
inline std::filesystem::path shared_data(const char* file) {
    const char* folder = std::getenv("STARLING_SHARED");
    const std::filesystem::path root =
        folder != nullptr ? std::filesystem::path(folder)
                          : std::filesystem::path(STARLING_SOURCE_DIR).parent_path() / "shared";
    return root / file;
}

}  // namespace starling::test
