#pragma once

#include "node/config.h"

#include <filesystem>
#include <vector>

namespace starling::node {

// Runs the node until it is told to stop; gives the exit code. A failing machine (a port that is
// taken, a full disk, a second daemon) is an exception whose text is one line for a person.
int run_daemon(const Config& config);

// `starlingd import`: gives the exit code, 1 if nothing in the files was of use. With `json` one
// line of JSON goes to standard output.
int run_import(const Config& config, const std::vector<std::filesystem::path>& files, bool json);

}  // namespace starling::node
