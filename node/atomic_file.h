#pragma once

#include "consensus/bytes.h"
#include "consensus/result.h"

#include <cstddef>
#include <filesystem>
#include <string_view>
#include <system_error>

namespace starling::node {

// Replaces the file in one step: a reader, or a start after a crash, sees the old content or the
// new, never a part; the new one is on the disk when it returns. Throws std::system_error. `mode`
// as in chmod.
void replace_file(const std::filesystem::path& path, ByteView content, unsigned mode = 0644);
void replace_file(const std::filesystem::path& path,
                  std::string_view content,
                  unsigned mode = 0644);

// Of a regular file. The error tells what is not there (no_such_file_or_directory) from what cannot
// be read; larger than `bytes_max` is file_too_large.
Result<Bytes, std::error_code> read_file(const std::filesystem::path& path, std::size_t bytes_max);

}  // namespace starling::node
