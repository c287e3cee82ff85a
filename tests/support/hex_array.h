#pragma once

#include "consensus/hex.h"

#include <algorithm>
#include <cassert>

namespace starling::test {

// A fixed-size value from a test's hexadecimal digits, with or without "0x".
template <class Array>
Array hex_array(std::string_view text) {
    if (text.starts_with("0x")) text.remove_prefix(2);
    const Bytes bytes = *from_hex(text);
    Array out{};
    assert(bytes.size() == out.size());
    std::ranges::copy(bytes, out.begin());
    return out;
}

}  // namespace starling::test
