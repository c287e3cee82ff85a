#pragma once

#include "node/http_auth.h"
#include "node/loop.h"
#include "node/rpc/request.h"
#include "p2p/address.h"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace starling::node {

// Speaks HTTP: JSON-RPC by POST to "/", for those whom HttpAuth admits, and metrics by GET of
// "/metrics", for the same and for anyone on this machine. Statuses as Bitcoin Core gives them.
//
// The head of a request is read and judged before its body: a stranger makes us hold 8 KiB.
class HttpServer {
public:
    static constexpr std::size_t kConnectionsMax = 128;
    // Bitcoin Core's -rpcworkqueue; one more is told to come back (503).
    static constexpr std::size_t kRequestsMax = 64;
    static constexpr std::uint32_t kHeadBytesMax = 8'192;            // Bitcoin Core
    static constexpr std::size_t kBodyBytesMax = 32u << 20;          // Bitcoin Core
    static constexpr std::chrono::seconds kIdleMax{30};              // Bitcoin Core
    static constexpr std::chrono::milliseconds kWrongPassword{250};  // slows guessing down

    // What the server is for. Called on the protocol thread.
    struct Service {
        // Answers the body of one POST by calling the function once, now or later.
        std::function<void(std::string body, std::function<void(rpc::HttpAnswer)>)> answer;
        std::function<std::string()> metrics;
    };

    HttpServer(Loop& loop, HttpAuth auth, Service service);
    ~HttpServer();

    // Throws std::runtime_error if the address cannot be listened at. Gives the actual address.
    p2p::Endpoint listen(const p2p::Endpoint& endpoint);
    // Serves /metrics alone there, to anybody.
    p2p::Endpoint listen_for_metrics(const p2p::Endpoint& endpoint);
    // Takes no more requests; `done` is called when the answers under way are written.
    void stop(std::function<void()> done);

    struct State;  // shared with the connections

private:
    std::shared_ptr<State> state_;
};

}  // namespace starling::node
