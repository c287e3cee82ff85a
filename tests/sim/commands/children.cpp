#include "sim/commands/children.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <poll.h>
#include <sched.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace starling::sim {

namespace {

using Now = std::chrono::steady_clock;

struct Child {
    std::size_t index = 0;
    pid_t pid = 0;
    int pipe = -1;
    Now::time_point deadline;
    std::string text;
    bool killed = false;
};

void write_all(int to, const std::string& text) {
    for (std::size_t at = 0; at < text.size();) {
        const ssize_t wrote = ::write(to, text.data() + at, text.size() - at);
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote <= 0) return;
        at += static_cast<std::size_t>(wrote);
    }
}

// The child's life. _exit: what the parent has open and not yet written is the parent's.
[[noreturn]] void live(int to,
                       std::size_t index,
                       const std::function<std::string(std::size_t)>& work) {
    int code = 0;
    try {
        write_all(to, work(index));
    } catch (const std::exception& error) {
        std::fprintf(stderr, "starling-sim: %s\n", error.what());
        code = 3;
    }
    ::_exit(code);
}

Child born(std::size_t index, const std::function<std::string(std::size_t)>& work) {
    std::array<int, 2> ends{};
    std::fflush(nullptr);
    if (::pipe(ends.data()) != 0)
        throw std::runtime_error("no pipe: " + std::string(strerror(errno)));
    const pid_t pid = ::fork();
    if (pid < 0) throw std::runtime_error("no child process: " + std::string(strerror(errno)));
    if (pid == 0) {
        ::close(ends[0]);
        live(ends[1], index, work);
    }
    ::close(ends[1]);
    Child child;
    child.index = index;
    child.pid = pid;
    child.pipe = ends[0];
    return child;
}

// False: it has ended.
bool read_some(Child& child) {
    std::array<char, 65'536> piece;
    const ssize_t count = ::read(child.pipe, piece.data(), piece.size());
    if (count < 0) return errno == EINTR || errno == EAGAIN;
    child.text.append(piece.data(), static_cast<std::size_t>(count));
    return count > 0;
}

Ended buried(const Child& child) {
    ::close(child.pipe);
    int status = 0;
    while (::waitpid(child.pid, &status, 0) < 0 && errno == EINTR) {
    }
    Ended ended{.text = child.text, .death = ""};
    if (child.killed)
        ended.death = "it took too long";
    else if (WIFSIGNALED(status))
        ended.death = "killed by signal " + std::to_string(WTERMSIG(status)) + " (" +
                      strsignal(WTERMSIG(status)) + ")";
    else if (WEXITSTATUS(status) != 0)
        ended.death = "ended with code " + std::to_string(WEXITSTATUS(status));
    return ended;
}

void kill_late(std::vector<Child>& children) {
    const auto now = Now::now();
    for (Child& child : children) {
        if (now < child.deadline || child.killed) continue;
        ::kill(child.pid, SIGKILL);
        child.killed = true;
    }
}

// Reads what they say until one at least has ended; takes those that have out of `children`.
std::vector<Child> next_ended(std::vector<Child>& children) {
    std::vector<Child> ended;
    while (ended.empty()) {
        std::vector<pollfd> polled;
        for (const Child& child : children)
            polled.push_back({child.pipe, POLLIN, 0});
        ::poll(polled.data(), polled.size(), 1'000);
        std::vector<Child> living;
        for (std::size_t i = 0; i < children.size(); ++i) {
            const bool lives = polled[i].revents == 0 || read_some(children[i]);
            (lives ? living : ended).push_back(std::move(children[i]));
        }
        children = std::move(living);
        kill_late(children);
    }
    return ended;
}

}  // namespace

void in_children(std::size_t count,
                 std::size_t jobs,
                 const std::function<std::string(std::size_t)>& work,
                 const std::function<bool(std::size_t, Ended)>& done,
                 std::chrono::seconds patience) {
    std::vector<Child> children;
    std::size_t next = 0;
    while (next < count || !children.empty()) {
        while (next < count && children.size() < jobs) {
            children.push_back(born(next++, work));
            children.back().deadline = Now::now() + patience;
        }
        for (const Child& child : next_ended(children))
            if (!done(child.index, buried(child))) count = 0;
    }
}

std::size_t cores() {
    cpu_set_t set;
    CPU_ZERO(&set);
    if (::sched_getaffinity(0, sizeof set, &set) != 0) return 1;
    return static_cast<std::size_t>(std::max(1, CPU_COUNT(&set)));
}

}  // namespace starling::sim
