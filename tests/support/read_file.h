#pragma once

#include "consensus/bytes.h"

#include <filesystem>
#include <fstream>
#include <iterator>

namespace starling::test {

// The whole file; empty if it cannot be read.
inline Bytes read_file(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return Bytes(std::istreambuf_iterator<char>(in), {});
}

}  // namespace starling::test
