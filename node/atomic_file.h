#pragma once

#include "consensus/bytes.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace starling::node {

// Replaces the file in one step: a reader, or a start after a crash, sees the old content or the
// new, never a part; the new one is on the disk when it returns. Throws std::system_error. `mode`
// as in chmod.
void replace_file(const std::filesystem::path& path, ByteView content, unsigned mode = 0644);
void replace_file(const std::filesystem::path& path,
                  std::string_view content,
                  unsigned mode = 0644);

// Nothing if it is not there or cannot be read, or is larger than `bytes_max`.
std::optional<Bytes> read_file(const std::filesystem::path& path, std::size_t bytes_max);

}  // namespace starling::node
