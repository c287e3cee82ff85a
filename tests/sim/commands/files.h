#pragma once

#include "consensus/result.h"

#include <string>
#include <string_view>

namespace starling::sim {

// All of a file, of stdin for "-"; otherwise one line that says why not.
Result<std::string, std::string> read_file(const std::string& file);
// Empty, or one line that says why not.
[[nodiscard]] std::string write_file(const std::string& file, std::string_view contents);

// On stderr, with the program's name before it; gives `code` back.
int complain(std::string_view text, int code);
void print(std::string_view text);  // on stdout, at once

}  // namespace starling::sim
