#pragma once

#include "consensus/bytes.h"
#include "p2p/address.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <netinet/in.h>
#include <optional>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace starling::hostile {

// A socket of IPv4 that never waits; closed with its value.
class Socket {
public:
    // SOCK_STREAM or SOCK_DGRAM, bound there.
    Socket(int kind, const p2p::Endpoint& own) : fd_(::socket(AF_INET, kind | SOCK_NONBLOCK, 0)) {
        const int on = 1;
        ::setsockopt(fd_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        const sockaddr_in name = address_of(own);
        if (::bind(fd_, reinterpret_cast<const sockaddr*>(&name), sizeof name) != 0)
            throw std::runtime_error("cannot bind " + to_string(own) + ": " + std::strerror(errno));
    }
    explicit Socket(int fd) : fd_(fd) { ::fcntl(fd_, F_SETFL, O_NONBLOCK); }
    ~Socket() { close(); }
    Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Socket& operator=(Socket&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }

    [[nodiscard]] int fd() const { return fd_; }
    void listen() const { ::listen(fd_, 16); }
    // It comes about, or fails, later: what is written before it does is refused.
    void connect(const p2p::Endpoint& to) const {
        const sockaddr_in name = address_of(to);
        ::connect(fd_, reinterpret_cast<const sockaddr*>(&name), sizeof name);
    }
    [[nodiscard]] std::optional<Socket> accept() const {
        const int fd = ::accept(fd_, nullptr, nullptr);
        return fd < 0 ? std::nullopt : std::optional<Socket>(std::in_place, fd);
    }

    // What could be written at once; none: the connection is gone.
    [[nodiscard]] std::optional<std::size_t> write(ByteView bytes) const {
        const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent >= 0) return static_cast<std::size_t>(sent);
        return would_wait() ? std::optional<std::size_t>(0) : std::nullopt;
    }
    // What has come; none: the connection is gone.
    [[nodiscard]] std::optional<Bytes> read() const {
        Bytes bytes(65'536);
        const ssize_t size = ::recv(fd_, bytes.data(), bytes.size(), 0);
        if (size == 0 || (size < 0 && !would_wait())) return std::nullopt;
        bytes.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
        return bytes;
    }

    void send_to(const p2p::Endpoint& to, ByteView bytes) const {
        const sockaddr_in name = address_of(to);
        ::sendto(fd_, bytes.data(), bytes.size(), 0, reinterpret_cast<const sockaddr*>(&name),
                 sizeof name);
    }
    // Empty: nothing is there.
    [[nodiscard]] Bytes receive_from(p2p::Endpoint& from) const {
        Bytes bytes(2'048);
        sockaddr_in name{};
        socklen_t size = sizeof name;
        const ssize_t got = ::recvfrom(fd_, bytes.data(), bytes.size(), 0,
                                       reinterpret_cast<sockaddr*>(&name), &size);
        bytes.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
        std::array<std::uint8_t, 4> address{};
        std::memcpy(address.data(), &name.sin_addr.s_addr, address.size());
        from = p2p::Endpoint::ipv4(address, ntohs(name.sin_port));
        return bytes;
    }

private:
    static sockaddr_in address_of(const p2p::Endpoint& endpoint) {
        sockaddr_in name{};
        name.sin_family = AF_INET;
        name.sin_port = htons(endpoint.port);
        std::memcpy(&name.sin_addr.s_addr, endpoint.address.data() + 12, 4);
        return name;
    }
    static bool would_wait() {
        return errno == EAGAIN || errno == EINPROGRESS || errno == EINTR || errno == ENOTCONN;
    }
    void close() const {
        if (fd_ >= 0) ::close(fd_);
    }

    int fd_;
};

}  // namespace starling::hostile
