#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace starling::node {

// Threads that run jobs and hold no state between them.
//
// Two lanes: what others wait for (reads, decoding) goes before what merely has to be done
// (signatures), so that a long queue of scripts never starves the pipeline that feeds it. Queues
// are bounded by who posts: one read or check a message, and the chain's window of blocks.
//
// Invariants: jobs of one lane start in the order in which they were posted; with one thread they
// also end in it, which is what the store writer relies on.
class Workers {
public:
    enum class Lane { prompt, bulk };

    // A job that throws ends the program through `failed`, which any of the threads may call.
    // `name` is what tools of the system show, at most 15 characters.
    Workers(const char* name, std::size_t threads, std::function<void(std::exception_ptr)> failed);
    // Waits for the jobs that have begun; those that have not are dropped.
    ~Workers();
    Workers(const Workers&) = delete;
    Workers& operator=(const Workers&) = delete;

    void post(Lane lane, std::function<void()> job);
    // Runs all that is posted, then ends the threads. Nothing may be posted afterwards.
    void finish();
    // Ends the threads after the jobs that have begun; those that have not are dropped.
    void stop() { end(Ending::now); }
    [[nodiscard]] std::size_t threads() const { return threads_.size(); }
    [[nodiscard]] std::size_t queued() const;

private:
    enum class Ending { no, after_queue, now };
    void run();
    std::function<void()> next();  // empty when the thread is to end
    void end(Ending ending);

    std::function<void(std::exception_ptr)> failed_;
    mutable std::mutex mutex_;
    std::condition_variable awaited_;
    std::deque<std::function<void()>> lanes_[2];
    Ending ending_ = Ending::no;
    std::vector<std::thread> threads_;
};

}  // namespace starling::node
