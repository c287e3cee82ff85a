#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace starling {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

// What is shared between threads and rooms is immutable: decoded once, then only read.
template <class T>
using Shared = std::shared_ptr<const T>;

}  // namespace starling
