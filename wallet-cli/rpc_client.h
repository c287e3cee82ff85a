#pragma once

#include "node/rpc/json_value.h"
#include "wallet-cli/failure.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace starling::wallet {

// How to reach a node: where its RPC listens and what proves who we are ("user:password").
struct RpcAccess {
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;
    std::string credentials;
};

// The node's own words for why it refused.
struct RpcRefusal : CommandFailure {
    RpcRefusal(int error_code, const std::string& message)
        : CommandFailure(message), code(error_code) {}
    int code;
};

// Reads where a running node of this folder (DIR/NETWORK) listens and its cookie. Throws
// CommandFailure with Exit::unreachable if the node has never run there.
RpcAccess access_of(const std::filesystem::path& network_folder);

// Calls methods of a node over HTTP, one connection a call. The only door to the network.
//
// Errors: RpcRefusal for what the node refuses; CommandFailure with Exit::unreachable when it does
// not answer.
class RpcClient {
public:
    explicit RpcClient(RpcAccess access) : access_(std::move(access)) {}

    // `parameters` is a JSON array or object.
    rpc::JsonValue call(std::string_view method, std::string_view parameters = "[]") const;
    // Many calls of one method in one request, answered in order; null for those that were refused.
    std::vector<rpc::JsonValue> call_each(std::string_view method,
                                          const std::vector<std::string>& parameters) const;

private:
    [[nodiscard]] std::string post(const std::string& body) const;
    [[nodiscard]] std::string where() const;

    RpcAccess access_;
};

}  // namespace starling::wallet
