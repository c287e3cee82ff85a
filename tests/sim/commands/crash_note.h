#pragma once

#include <string>

namespace starling::sim {

// Should an assertion fail, or the machine stop the program, the last line on stderr is then the
// command that repeats it.
void note_for_crashes(const std::string& command);

}  // namespace starling::sim
