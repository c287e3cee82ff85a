#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>

namespace starling::sim {

// What became of a piece of work.
struct Ended {
    std::string text;   // what it gave
    std::string death;  // "" if it lived; otherwise such as "killed by signal 6 (Aborted)"
};

// Does `work(0)` to `work(count - 1)` in child processes, at most `jobs` at a time, and tells
// `done` of each as it ends. A process each, not a thread: an assertion that fails in one world
// must not end the sweep, and two worlds then share nothing by construction. One that takes longer
// than `patience` is killed: a world that stands still is a finding too.
void in_children(std::size_t count,
                 std::size_t jobs,
                 const std::function<std::string(std::size_t)>& work,
                 const std::function<bool(std::size_t, Ended)>& done,
                 std::chrono::seconds patience = std::chrono::minutes{10});

// That this process may use, at least one.
std::size_t cores();

}  // namespace starling::sim
