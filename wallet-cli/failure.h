#pragma once

#include <stdexcept>
#include <string>

namespace starling::wallet {

// The exit codes of `starling`, which scripts decide by.
enum class Exit : int {
    done = 0,
    refused = 1,      // understood and not possible: funds, a bad address, the node said no
    usage = 2,        // the command line was not understood
    unreachable = 3,  // no node answered
};

// Ends a command with one line for the person and an exit code; caught in main.
struct CommandFailure : std::runtime_error {
    explicit CommandFailure(const std::string& message, Exit code = Exit::refused)
        : std::runtime_error(message), exit(code) {}
    Exit exit;
};

}  // namespace starling::wallet
