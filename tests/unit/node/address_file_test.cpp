#include "node/address_file.h"

#include "node/atomic_file.h"
#include "support/temporary_folder.h"

#include <gtest/gtest.h>

namespace starling::node {
namespace {

TEST(AddressFile, OfFilesThatLostMostUnderAMapTheLargestIsKept) {
    const test::TemporaryFolder folder;
    const std::filesystem::path path = folder.path() / "peers.dat";
    const auto kept = [&] { return read_file(folder.path() / "peers.dat.before-map", 100); };
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
