#pragma once

#include "consensus/bytes.h"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string_view>

namespace starling::node {

// Files that keep over restarts what can be found again: peers.dat and its like. Neither one that
// is of no use nor a disk that is full is a reason not to run, so both are a warning in the log;
// but what stands there is never written over unread, for it may be whole, and another user's.

// Its content; nothing if there is none. What is there and cannot be read, or is larger than
// `bytes_max`, is put aside.
std::optional<Bytes> read_saved(const std::filesystem::path& path, std::size_t bytes_max);

// Makes it NAME.damaged, which takes the place of an older one, for people to look at; `why` is in
// the warning.
void put_aside(const std::filesystem::path& path, std::string_view why);

// replace_file (atomic_file.h) with a warning where that throws. Never of one path from two threads
// at a time.
void write_saved(const std::filesystem::path& path, ByteView content, unsigned mode = 0644);

}  // namespace starling::node
