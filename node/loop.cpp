#include "node/loop.h"

#include "node/clock.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <csignal>
#include <utility>

namespace starling::node {

namespace asio = boost::asio;

struct Loop::State {
    asio::io_context io{1};
    asio::executor_work_guard<asio::io_context::executor_type> work{io.get_executor()};
    asio::steady_timer timer{io};
    asio::signal_set signals{io};
    std::function<void()> asked_to_stop;
    std::exception_ptr error;

    void await_signal() {
        signals.async_wait([this](const boost::system::error_code& failure, int) {
            if (failure) return;
            asked_to_stop();
            await_signal();
        });
    }
};

Loop::Loop() : state_(std::make_unique<State>()) {}
Loop::~Loop() = default;

void Loop::run() {
    state_->io.run();
    state_->io.restart();
    if (state_->error) std::rethrow_exception(std::exchange(state_->error, nullptr));
}

void Loop::post(std::function<void()> step) {
    asio::post(state_->io, std::move(step));
}

void Loop::stop() {
    state_->io.stop();
}

void Loop::fail(std::exception_ptr error) {
    post([this, error = std::move(error)] {
        if (!state_->error) state_->error = error;
        state_->io.stop();
    });
}

void Loop::arm(std::optional<Time> when, const std::function<void()>& due) {
    if (!when) {
        state_->timer.cancel();
        return;
    }
    // The wall clock may jump: a wait is never longer than a minute of the steady clock, after
    // which the machines are asked again.
    const Duration wait = std::clamp<Duration>(*when - now(), Duration{0}, std::chrono::minutes{1});
    state_->timer.expires_after(wait);
    state_->timer.async_wait([due](const boost::system::error_code& failure) {
        if (!failure) due();
    });
}

void Loop::after(Duration wait, std::function<void()> due) {
    auto timer = std::make_shared<asio::steady_timer>(state_->io, wait);
    timer->async_wait([timer, due = std::move(due)](const boost::system::error_code& failure) {
        if (!failure) due();
    });
}

void Loop::on_stop_signal(std::function<void()> asked) {
    state_->asked_to_stop = std::move(asked);
    state_->signals.add(SIGINT);
    state_->signals.add(SIGTERM);
    state_->await_signal();
}

asio::io_context& Loop::io() {
    return state_->io;
}

}  // namespace starling::node
