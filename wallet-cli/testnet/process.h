#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace starling::wallet {

// Starts a program as a process of its own session, so that Ctrl-C in our terminal does not reach
// it; its output goes to the end of `log`. Gives its process id; throws std::system_error.
int spawn(const std::vector<std::string>& command, const std::filesystem::path& log);

// True while the process `pid` runs and its command line names `datadir`: a process id that was
// taken over by another program is not mistaken for ours.
bool runs(int pid, const std::filesystem::path& datadir);

// Asks the process to end, waits up to `patience`, then ends it by force. True if it went by
// itself.
bool end(int pid, const std::filesystem::path& datadir, std::chrono::milliseconds patience);

// Ports of 127.0.0.1 that nobody listens on, neither by TCP nor by UDP; all different.
std::vector<std::uint16_t> free_ports(std::size_t count);

// The folder of the running program, where starlingd is too.
std::filesystem::path program_folder();

}  // namespace starling::wallet
