#pragma once

#include "consensus/time.h"

#include <exception>
#include <functional>
#include <memory>
#include <optional>

namespace boost::asio {
class io_context;
}

namespace starling::node {

// The protocol thread: runs, one after the other, what was posted to it and what sockets and its
// one timer bring. Everything that decides runs here, so nothing that decides needs a lock.
//
// Declares no Asio header, so that only the files that own sockets pay for compiling it.
class Loop {
public:
    Loop();
    ~Loop();

    // Runs on the calling thread until stop() or fail(); rethrows what fail() was given.
    void run();

    // From any thread.
    void post(std::function<void()> step);
    void stop();
    // The machine failed (disk full, a file that is corrupted): ends run() with this exception.
    void fail(std::exception_ptr error);

    // On the loop: one call of `due`, at `when` or as soon after as it can be; replaces the call
    // that was armed before. Nothing disarms.
    void arm(std::optional<Time> when, const std::function<void()>& due);
    // On the loop: one call, that long from now at the earliest. Nobody may count on it: what waits
    // when the loop ends is dropped.
    void after(Duration wait, std::function<void()> due);
    // On the loop: calls when SIGINT or SIGTERM arrives, each time.
    void on_stop_signal(std::function<void()> asked);

    boost::asio::io_context& io();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace starling::node
