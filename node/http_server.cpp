#include "node/http_server.h"

#include "node/sockets.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/message_generator.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include <deque>
#include <optional>
#include <set>
#include <utility>

namespace starling::node {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

using Response = http::response<http::string_body>;

class Session;

}  // namespace

struct HttpServer::State : std::enable_shared_from_this<State> {
    State(Loop& loop, HttpAuth who, Service what)
        : io(loop.io()), auth(std::move(who)), service(std::move(what)) {}

    p2p::Endpoint listen(const p2p::Endpoint& endpoint, bool metrics_only);
    void accept_next(tcp::acceptor& acceptor, bool metrics_only);
    void request_ended() {
        if (--requests == 0 && stopped) stopped();
    }

    asio::io_context& io;
    HttpAuth auth;
    Service service;
    std::deque<tcp::acceptor> acceptors;
    std::set<Session*> sessions;
    std::size_t requests = 0;
    std::function<void()> stopped;  // set once stopping
};

namespace {

// One connection: a head, its body, the answer, the next head.
class Session : public std::enable_shared_from_this<Session> {
public:
    using Server = std::shared_ptr<HttpServer::State>;

    Session(Server server, tcp::socket socket, bool metrics_only);
    ~Session() { server_->sessions.erase(this); }

    void read_head();
    void close();

private:
    [[nodiscard]] const http::request<http::string_body>& request() const { return parser_->get(); }
    [[nodiscard]] Response response(int status, std::string type, std::string body) const;
    [[nodiscard]] Response too_large() const { return response(413, "text/plain", "Too large\n"); }
    void judge_head();
    void refuse_stranger();
    void read_body();
    void answer_body();
    void write(Response response);
    void last_words();
    void discard();
    // Whether somebody on this machine asks.
    [[nodiscard]] bool is_local() const;

    Server server_;
    beast::tcp_stream stream_;
    bool metrics_only_;
    asio::steady_timer delay_;
    beast::flat_buffer buffer_;
    std::optional<http::request_parser<http::string_body>> parser_;
    Response response_;
    bool counted_ = false;  // among the server's requests
};

Session::Session(Server server, tcp::socket socket, bool metrics_only)
    : server_(std::move(server)),
      stream_(std::move(socket)),
      metrics_only_(metrics_only),
      delay_(server_->io) {
    server_->sessions.insert(this);
}

void Session::read_head() {
    parser_.emplace();
    parser_->header_limit(HttpServer::kHeadBytesMax);
    parser_->body_limit(HttpServer::kBodyBytesMax);
    stream_.expires_after(HttpServer::kIdleMax);
    http::async_read_header(stream_, buffer_, *parser_,
                            [self = shared_from_this()](const error_code& failure, std::size_t) {
                                if (failure == http::error::body_limit)
                                    return self->write(self->too_large());
                                if (failure) return self->close();
                                self->judge_head();
                            });
}

Response Session::response(int status, std::string type, std::string body) const {
    Response out(static_cast<http::status>(status), request().version());
    if (!body.empty()) out.set(http::field::content_type, type);
    out.body() = std::move(body);
    // What was not read would be taken for the next request.
    out.keep_alive(parser_->is_done() && request().keep_alive() && !server_->stopped);
    out.prepare_payload();
    return out;
}

void Session::judge_head() {
    const bool metrics = request().target() == "/metrics";
    const bool admitted = server_->auth.admits(request()[http::field::authorization]);
    if (metrics && request().method() == http::verb::get &&
        (metrics_only_ || admitted || is_local()))
        return write(response(200, "text/plain; version=0.0.4", server_->service.metrics()));
    if (metrics_only_ || request().target() != "/")
        return write(response(404, "text/plain", "Not found\n"));
    if (request().method() != http::verb::post)
        return write(response(405, "text/plain", "JSONRPC server handles only POST requests\n"));
    if (!admitted) return refuse_stranger();
    if (server_->requests >= HttpServer::kRequestsMax)
        return write(response(503, "text/plain", "Work queue depth exceeded\n"));
    ++server_->requests;
    counted_ = true;
    read_body();
}

void Session::refuse_stranger() {
    const bool guessed = request().count(http::field::authorization) > 0;
    Response refusal = response(401, "text/plain", "");
    refusal.set(http::field::www_authenticate, "Basic realm=\"jsonrpc\"");
    delay_.expires_after(guessed ? HttpServer::kWrongPassword : std::chrono::milliseconds{0});
    delay_.async_wait(
        [self = shared_from_this(), refusal](const error_code&) { self->write(refusal); });
}

void Session::read_body() {
    http::async_read(stream_, buffer_, *parser_,
                     [self = shared_from_this()](const error_code& failure, std::size_t) {
                         if (failure == http::error::body_limit)
                             return self->write(self->too_large());
                         if (failure) return self->close();
                         self->answer_body();
                     });
}

void Session::answer_body() {
    stream_.expires_never();  // a method may take its time (waiting for a block)
    server_->service.answer(
        std::move(parser_->get().body()), [self = shared_from_this()](rpc::HttpAnswer answer) {
            self->write(self->response(answer.status, "application/json", std::move(answer.body)));
        });
}

void Session::write(Response response) {
    response_ = std::move(response);
    stream_.expires_after(HttpServer::kIdleMax);
    http::async_write(stream_, response_,
                      [self = shared_from_this()](const error_code& failure, std::size_t) {
                          const bool goes_on = !failure && self->response_.keep_alive();
                          if (std::exchange(self->counted_, false)) self->server_->request_ended();
                          if (goes_on) return self->read_head();
                          self->last_words();
                      });
}

// Closing with bytes unread would reset the connection and could take our answer with it.
void Session::last_words() {
    error_code ignored;
    stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    stream_.expires_after(std::chrono::seconds{1});
    buffer_.consume(buffer_.size());
    discard();
}

void Session::discard() {
    stream_.async_read_some(buffer_.prepare(HttpServer::kHeadBytesMax),
                            [self = shared_from_this()](const error_code& failure, std::size_t) {
                                failure ? self->close() : self->discard();
                            });
}

void Session::close() {
    error_code ignored;
    delay_.cancel();
    stream_.socket().shutdown(tcp::socket::shutdown_both, ignored);
    stream_.close();
    if (std::exchange(counted_, false)) server_->request_ended();
}

bool Session::is_local() const {
    error_code failure;
    const auto remote = const_cast<beast::tcp_stream&>(stream_).socket().remote_endpoint(failure);
    return !failure && remote.address().is_loopback();
}

}  // namespace

p2p::Endpoint HttpServer::State::listen(const p2p::Endpoint& endpoint, bool metrics_only) {
    tcp::acceptor& acceptor = acceptors.emplace_back(listen_at(io, endpoint));
    accept_next(acceptor, metrics_only);
    return from_asio(acceptor.local_endpoint());
}

void HttpServer::State::accept_next(tcp::acceptor& acceptor, bool metrics_only) {
    acceptor.async_accept([self = shared_from_this(), &acceptor, metrics_only](
                              const error_code& failure, tcp::socket socket) {
        if (self->stopped) return;
        if (!failure && self->sessions.size() < kConnectionsMax)
            std::make_shared<Session>(self, std::move(socket), metrics_only)->read_head();
        if (!failure) return self->accept_next(acceptor, metrics_only);
        // Out of descriptors: at once again would only spin.
        auto pause = std::make_shared<asio::steady_timer>(self->io, std::chrono::milliseconds{200});
        pause->async_wait([self, &acceptor, metrics_only, pause](const error_code&) {
            if (!self->stopped) self->accept_next(acceptor, metrics_only);
        });
    });
}

HttpServer::HttpServer(Loop& loop, HttpAuth auth, Service service)
    : state_(std::make_shared<State>(loop, std::move(auth), std::move(service))) {}

HttpServer::~HttpServer() = default;

p2p::Endpoint HttpServer::listen(const p2p::Endpoint& endpoint) {
    return state_->listen(endpoint, false);
}

p2p::Endpoint HttpServer::listen_for_metrics(const p2p::Endpoint& endpoint) {
    return state_->listen(endpoint, true);
}

void HttpServer::stop(std::function<void()> done) {
    state_->stopped = std::move(done);
    error_code ignored;
    for (tcp::acceptor& acceptor : state_->acceptors)
        acceptor.close(ignored);
    if (state_->requests == 0) state_->stopped();
}

}  // namespace starling::node
