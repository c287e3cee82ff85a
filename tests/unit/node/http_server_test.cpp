#include "node/http_server.h"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <sys/time.h>
#include <thread>
#include <unistd.h>

namespace starling::node {
namespace {

constexpr const char* kCookie = "Authorization: Basic X19jb29raWVfXzowMGZm\r\n";

const p2p::Endpoint kFreePort = p2p::Endpoint::ipv4({127, 0, 0, 1}, 0);

// One connection that sends bytes as they are and reads until the server closes.
class Client {
public:
    explicit Client(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const timeval patience{.tv_sec = 10, .tv_usec = 0};
        ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        EXPECT_EQ(::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    }
    ~Client() { ::close(fd_); }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    void send(const std::string& text) {
        EXPECT_EQ(::send(fd_, text.data(), text.size(), MSG_NOSIGNAL),
                  static_cast<ssize_t>(text.size()));
    }
    std::string read_all() {
        std::string out;
        char buffer[4096];
        for (;;) {
            const ssize_t got = ::recv(fd_, buffer, sizeof buffer, 0);
            if (got <= 0) return out;
            out.append(buffer, static_cast<std::size_t>(got));
        }
    }

private:
    int fd_;
};

class HttpServerTest : public ::testing::Test {
protected:
    HttpServerTest() {
        HttpAuth auth;
        auth.set_cookie("__cookie__:00ff");
        server_.emplace(loop_, std::move(auth),
                        HttpServer::Service{
                            .answer =
                                [](std::string body, std::function<void(rpc::HttpAnswer)> then) {
                                    if (body == "error") return then({500, "bad"});
                                    then({body.empty() ? 204 : 200, body});
                                },
                            .metrics = [] { return std::string("starling_height 0\n"); }});
        port_ = server_->listen(kFreePort).port;
        metrics_port_ = server_->listen_for_metrics(kFreePort).port;
        thread_ = std::thread([this] { loop_.run(); });
    }
    ~HttpServerTest() override {
        loop_.stop();
        thread_.join();
    }

    std::string ask(const std::string& text) {
        Client client(port_);
        client.send(text);
        return client.read_all();
    }
    static std::string post(const std::string& body, const std::string& headers = kCookie) {
        return "POST / HTTP/1.1\r\nConnection: close\r\n" + headers +
               "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    }
    static std::string status(const std::string& answer) { return answer.substr(0, 12); }

    Loop loop_;
    std::optional<HttpServer> server_;
    std::uint16_t port_ = 0;
    std::uint16_t metrics_port_ = 0;
    std::thread thread_;
};

TEST_F(HttpServerTest, AnswersThoseWhoHaveTheCookie) {
    const std::string answer = ask(post("hello"));
    EXPECT_EQ(status(answer), "HTTP/1.1 200");
    EXPECT_TRUE(answer.ends_with("\r\n\r\nhello"));
    EXPECT_NE(answer.find("Content-Type: application/json"), std::string::npos);
    EXPECT_EQ(status(ask(post("error"))), "HTTP/1.1 500");
    EXPECT_EQ(status(ask(post(""))), "HTTP/1.1 204");
}

TEST_F(HttpServerTest, RefusesStrangersBeforeTheirBody) {
    const std::string head = "POST / HTTP/1.1\r\nContent-Length: 30000000\r\n\r\n";
    const std::string answer = ask(head);
    EXPECT_EQ(status(answer), "HTTP/1.1 401");
    EXPECT_NE(answer.find("WWW-Authenticate: Basic realm=\"jsonrpc\""), std::string::npos);
    EXPECT_EQ(status(ask(post("x", "Authorization: Basic AAAA\r\n"))), "HTTP/1.1 401");
}

TEST_F(HttpServerTest, KnowsOnePathAndOneMethod) {
    EXPECT_EQ(status(ask("GET / HTTP/1.1\r\nConnection: close\r\n\r\n")), "HTTP/1.1 405");
    EXPECT_EQ(status(ask("PUT / HTTP/1.1\r\nConnection: close\r\n\r\n")), "HTTP/1.1 405");
    EXPECT_EQ(status(ask("GET /nosuch HTTP/1.1\r\nConnection: close\r\n\r\n")), "HTTP/1.1 404");
}

TEST_F(HttpServerTest, ShowsMetricsToThisMachine) {
    EXPECT_TRUE(ask("GET /metrics HTTP/1.1\r\nConnection: close\r\n\r\n")
                    .ends_with("\r\n\r\nstarling_height 0\n"));
    Client client(metrics_port_);
    client.send(post("hello"));
    EXPECT_EQ(status(client.read_all()), "HTTP/1.1 404");
}

TEST_F(HttpServerTest, BoundsHeadAndBody) {
    const std::string long_head =
        "GET / HTTP/1.1\r\nX: " + std::string(HttpServer::kHeadBytesMax, 'a') + "\r\n\r\n";
    EXPECT_EQ(ask(long_head), "");
    const std::string long_body =
        std::string("POST / HTTP/1.1\r\n") + kCookie + "Content-Length: 33554433\r\n\r\n";
    EXPECT_EQ(status(ask(long_body)), "HTTP/1.1 413");
    EXPECT_EQ(ask("nonsense\r\n\r\n"), "");
}

TEST_F(HttpServerTest, AnswersOneRequestAfterTheOther) {
    Client client(port_);
    const std::string first =
        std::string("POST / HTTP/1.1\r\n") + kCookie + "Content-Length: 3\r\n\r\none";
    client.send(first + post("two"));
    const std::string answers = client.read_all();
    const std::size_t one = answers.find("\r\n\r\none");
    EXPECT_NE(one, std::string::npos);
    EXPECT_GT(answers.find("\r\n\r\ntwo"), one);
}

TEST_F(HttpServerTest, StopsWhenTheAnswersUnderWayAreWritten) {
    Client busy(port_);
    busy.send(std::string("POST / HTTP/1.1\r\n") + kCookie + "Content-Length: 5\r\n\r\nhel");
    Client idle(port_);
    idle.send("POST / HT");
    // The server has read the head of the busy one when a later connection has its answer.
    EXPECT_EQ(status(ask(post("x"))), "HTTP/1.1 200");
    loop_.post([this] { server_->stop([this] { loop_.stop(); }); });
    busy.send("lo");
    EXPECT_NE(busy.read_all().find("hello"), std::string::npos);
    thread_.join();
    thread_ = std::thread([] {});
}

TEST(HttpServer, SaysThatAPortIsTaken) {
    Loop loop;
    HttpServer first(loop, {}, {});
    const auto taken = first.listen(kFreePort);
    HttpServer second(loop, {}, {});
    try {
        second.listen(taken);
        FAIL() << "two listen at one port";
    } catch (const std::runtime_error& error) {
        EXPECT_NE(std::string(error.what()).find("in use"), std::string::npos);
    }
}

}  // namespace
}  // namespace starling::node
