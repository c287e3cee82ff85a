#include "node/workers.h"

#include <exception>
#include <pthread.h>
#include <utility>

namespace starling::node {

Workers::Workers(const char* name,
                 std::size_t threads,
                 std::function<void(std::exception_ptr)> failed)
    : failed_(std::move(failed)) {
    threads_.reserve(threads);
    for (std::size_t i = 0; i < threads; ++i)
        threads_.emplace_back([this] { run(); });
    for (std::thread& thread : threads_)
        ::pthread_setname_np(thread.native_handle(), name);
}

Workers::~Workers() {
    stop();
}

void Workers::post(Lane lane, std::function<void()> job) {
    {
        const std::lock_guard lock(mutex_);
        lanes_[static_cast<std::size_t>(lane)].push_back(std::move(job));
    }
    awaited_.notify_one();
}

void Workers::finish() {
    end(Ending::after_queue);
}

std::size_t Workers::queued() const {
    const std::lock_guard lock(mutex_);
    return lanes_[0].size() + lanes_[1].size();
}

void Workers::end(Ending ending) {
    {
        const std::lock_guard lock(mutex_);
        ending_ = ending;
    }
    awaited_.notify_all();
    for (std::thread& thread : threads_) {
        if (thread.joinable()) thread.join();
    }
}

void Workers::run() {
    while (const auto job = next()) {
        try {
            job();
        } catch (...) {
            failed_(std::current_exception());
        }
    }
}

std::function<void()> Workers::next() {
    std::unique_lock lock(mutex_);
    for (;;) {
        if (ending_ == Ending::now) return nullptr;
        for (auto& lane : lanes_) {
            if (lane.empty()) continue;
            auto job = std::move(lane.front());
            lane.pop_front();
            return job;
        }
        if (ending_ == Ending::after_queue) return nullptr;
        awaited_.wait(lock);
    }
}

}  // namespace starling::node
