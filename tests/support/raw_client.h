#pragma once

#include "consensus/bytes.h"
#include "p2p/address.h"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace starling::test {

// A connection that sends bytes as they are and reads what comes, until the other side closes.
class RawClient {
public:
    // To a port of this machine; `from` is the last number of our own loopback address.
    explicit RawClient(std::uint16_t port, std::uint8_t from = 1)
        : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
        // Reaching it fails the test: nobody waits so long for anything.
        const timeval patience{.tv_sec = 10, .tv_usec = 0};
        ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        const sockaddr_in own = loopback(from, 0);
        const sockaddr_in theirs = loopback(1, port);
        EXPECT_EQ(::bind(fd_, reinterpret_cast<const sockaddr*>(&own), sizeof own), 0);
        EXPECT_EQ(::connect(fd_, reinterpret_cast<const sockaddr*>(&theirs), sizeof theirs), 0);
    }
    ~RawClient() { ::close(fd_); }
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;

    // False: the other side has closed.
    bool send(ByteView bytes) {
        return ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
               static_cast<ssize_t>(bytes.size());
    }
    Bytes read(std::size_t size) {
        Bytes out(size);
        const ssize_t got = ::recv(fd_, out.data(), size, MSG_WAITALL);
        EXPECT_FALSE(got < 0 && errno == EAGAIN) << "nothing came";
        out.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
        return out;
    }
    // Everything until the other side closes.
    Bytes read_all() {
        Bytes out;
        for (;;) {
            const Bytes more = read(1);
            if (more.empty()) return out;
            out.insert(out.end(), more.begin(), more.end());
        }
    }

private:
    static sockaddr_in loopback(std::uint8_t last, std::uint16_t port) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK - 1 + last);
        return address;
    }

    int fd_;
};

}  // namespace starling::test
