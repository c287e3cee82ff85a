#pragma once

#include "consensus/hex.h"
#include "support/read_file.h"
#include "support/shared_data.h"

#include <boost/json.hpp>

namespace starling::test {

// Published vectors; null if the file is not there, whereupon the test skips.
inline boost::json::value json_vectors(const char* file) {
    const Bytes text = read_file(shared_data(file));
    if (text.empty()) return nullptr;
    return boost::json::parse(std::string(text.begin(), text.end()));
}

// The bytes of a member that is hexadecimal digits, with or without "0x".
inline Bytes json_bytes(const boost::json::value& object, const char* name) {
    std::string_view text = object.at(name).as_string();
    if (text.starts_with("0x")) text.remove_prefix(2);
    return *from_hex(text);
}

}  // namespace starling::test
