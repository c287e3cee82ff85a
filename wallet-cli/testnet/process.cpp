#include "wallet-cli/testnet/process.h"

#include <arpa/inet.h>
#include <bit>
#include <cerrno>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <netinet/in.h>
#include <signal.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/wait.h>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <utility>

namespace starling::wallet {

namespace {

[[noreturn]] void fail(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

// Between fork and exec: only calls that are safe there. Never returns.
[[noreturn]] void become(char* const* arguments, int log) {
    ::setsid();
    // Whoever starts us may have put signals off; a daemon must hear that it shall end.
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    const int nothing = ::open("/dev/null", O_RDONLY);
    if (nothing >= 0) ::dup2(nothing, STDIN_FILENO);
    ::dup2(log, STDOUT_FILENO);
    ::dup2(log, STDERR_FILENO);
    ::execv(arguments[0], arguments);
    ::_exit(127);
}

// A socket that is bound to a port of 127.0.0.1, for as long as it lives.
class BoundSocket {
public:
    // Port 0: one that the kernel chooses.
    BoundSocket(int type, std::uint16_t port) : socket_(::socket(AF_INET, type | SOCK_CLOEXEC, 0)) {
        if (socket_ < 0) fail("socket");
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(port);
        socklen_t size = sizeof address;
        sockaddr* const generic = std::bit_cast<sockaddr*>(&address);
        if (::bind(socket_, generic, size) != 0) return;
        if (::getsockname(socket_, generic, &size) != 0) fail("getsockname");
        port_ = ntohs(address.sin_port);
    }
    BoundSocket(const BoundSocket&) = delete;
    BoundSocket& operator=(const BoundSocket&) = delete;
    BoundSocket(BoundSocket&& other) noexcept
        : socket_(std::exchange(other.socket_, -1)), port_(other.port_) {}
    BoundSocket& operator=(BoundSocket&&) = delete;
    ~BoundSocket() {
        if (socket_ >= 0) ::close(socket_);
    }
    [[nodiscard]] std::uint16_t port() const { return port_; }  // 0: it was taken

private:
    int socket_;
    std::uint16_t port_ = 0;
};

}  // namespace

int spawn(const std::vector<std::string>& command, const std::filesystem::path& log) {
    std::vector<std::string> owned = command;
    std::vector<char*> arguments;
    for (std::string& argument : owned)
        arguments.push_back(argument.data());
    arguments.push_back(nullptr);
    const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (out < 0) fail(log.c_str());
    const int pid = ::fork();
    if (pid == 0) become(arguments.data(), out);
    ::close(out);
    if (pid < 0) fail("fork");
    return pid;
}

bool runs(int pid, const std::filesystem::path& datadir) {
    if (pid <= 0) return false;
    ::waitpid(pid, nullptr, WNOHANG);  // a child of ours that ended is not running
    std::ifstream in("/proc/" + std::to_string(pid) + "/cmdline", std::ios::binary);
    const std::string line{std::istreambuf_iterator<char>(in), {}};
    const std::string argument = '\0' + datadir.string() + '\0';
    return line.find(argument) != std::string::npos;
}

bool end(int pid, const std::filesystem::path& datadir, std::chrono::milliseconds patience) {
    if (!runs(pid, datadir)) return true;
    ::kill(pid, SIGTERM);
    constexpr std::chrono::milliseconds kStep{10};
    for (auto waited = kStep; waited < patience; waited += kStep) {
        if (!runs(pid, datadir)) return true;
        std::this_thread::sleep_for(kStep);
    }
    ::kill(pid, SIGKILL);
    while (runs(pid, datadir))
        std::this_thread::sleep_for(kStep);
    return false;
}

std::vector<std::uint16_t> free_ports(std::size_t count) {
    // A port that is free for TCP is almost always free for UDP.
    const std::size_t tries = 2 * count + 100;
    std::vector<BoundSocket> held;  // all at once, so that they differ
    std::vector<std::uint16_t> ports;
    for (std::size_t i = 0; ports.size() < count; ++i) {
        if (i == tries) throw std::runtime_error("no free ports");
        held.emplace_back(SOCK_STREAM, std::uint16_t{0});
        if (held.back().port() == 0) continue;
        const BoundSocket udp(SOCK_DGRAM, held.back().port());
        if (udp.port() != 0) ports.push_back(udp.port());
    }
    return ports;
}

std::filesystem::path program_folder() {
    return std::filesystem::read_symlink("/proc/self/exe").parent_path();
}

}  // namespace starling::wallet
