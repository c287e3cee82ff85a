#include "wallet-cli/rpc_client.h"

#include "node/rpc/json_writer.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/core/detail/base64.hpp>
#include <boost/beast/http.hpp>

#include <fstream>

namespace starling::wallet {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

// Answers may be long (a block in words); what is longer than this is not ours.
constexpr std::uint64_t kAnswerBytesMax = 256u << 20;
constexpr rpc::JsonLimits kAnswerLimits{.depth_max = 64, .values_max = 20'000'000};

std::string base64(std::string_view text) {
    std::string out(beast::detail::base64::encoded_size(text.size()), '\0');
    out.resize(beast::detail::base64::encode(out.data(), text.data(), text.size()));
    return out;
}

std::string first_line(const std::filesystem::path& file) {
    std::ifstream in(file);
    std::string line;
    std::getline(in, line);
    return line;
}

// The text of a request; JSON-RPC 2.0, so that errors come with HTTP status 200.
std::string call_text(std::size_t id, std::string_view method, std::string_view parameters) {
    rpc::JsonWriter out;
    out.begin_object().field("jsonrpc", "2.0").field("id", id).field("method", method);
    out.key("params").raw(parameters).end_object();
    return out.take();
}

rpc::JsonValue parsed(const std::string& body) {
    auto answer = rpc::parse_json(body, kAnswerLimits);
    if (!answer) throw CommandFailure("the node's answer is not JSON: " + answer.error());
    return std::move(answer).value();
}

}  // namespace

RpcAccess access_of(const std::filesystem::path& network_folder) {
    const std::string address = first_line(network_folder / "rpc.address");
    const std::size_t colon = address.rfind(':');
    if (colon == std::string::npos) {
        throw CommandFailure("no node runs in " + network_folder.string() +
                                 " (start one, or say --rpc HOST:PORT, or --node N for one of the "
                                 "local testnet)",
                             Exit::unreachable);
    }
    RpcAccess access;
    access.host = address.substr(0, colon);
    access.port = static_cast<std::uint16_t>(std::stoul(address.substr(colon + 1)));
    access.credentials = first_line(network_folder / ".cookie");
    return access;
}

std::string RpcClient::where() const {
    return access_.host + ":" + std::to_string(access_.port);
}

std::string RpcClient::post(const std::string& body) const {
    try {
        asio::io_context context;
        asio::ip::tcp::resolver resolver(context);
        beast::tcp_stream stream(context);
        stream.connect(resolver.resolve(access_.host, std::to_string(access_.port),
                                        asio::ip::resolver_base::numeric_service));
        http::request<http::string_body> request(http::verb::post, "/", 11, body);
        request.set(http::field::host, where());
        request.set(http::field::authorization, "Basic " + base64(access_.credentials));
        request.set(http::field::content_type, "application/json");
        request.set(http::field::connection, "close");
        request.prepare_payload();
        http::write(stream, request);
        beast::flat_buffer buffer;
        http::response_parser<http::string_body> parser;
        parser.body_limit(kAnswerBytesMax);
        http::read(stream, buffer, parser);
        const unsigned status = parser.get().result_int();
        if (status == 401 || status == 403) {
            throw CommandFailure("the node at " + where() + " refused our credentials",
                                 Exit::unreachable);
        }
        return parser.release().body();
    } catch (const boost::system::system_error& error) {
        throw CommandFailure("no node answers at " + where() + ": " + error.code().message(),
                             Exit::unreachable);
    }
}

rpc::JsonValue RpcClient::call(std::string_view method, std::string_view parameters) const {
    rpc::JsonValue answer = parsed(post(call_text(1, method, parameters)));
    if (const rpc::JsonValue* error = answer.find("error");
        error != nullptr && !error->is(rpc::JsonValue::Type::null)) {
        const rpc::JsonValue* code = error->find("code");
        const rpc::JsonValue* message = error->find("message");
        throw RpcRefusal(code != nullptr ? static_cast<int>(code->integer().value_or(-1)) : -1,
                         message != nullptr ? message->text : "the node gave no reason");
    }
    for (rpc::JsonMember& member : answer.members)
        if (member.name == "result") return std::move(member.value);
    throw CommandFailure("the node's answer holds no result");
}

std::vector<rpc::JsonValue> RpcClient::call_each(std::string_view method,
                                                 const std::vector<std::string>& parameters) const {
    if (parameters.empty()) return {};
    std::string body = "[";
    for (std::size_t i = 0; i < parameters.size(); ++i)
        body += (i == 0 ? "" : ",") + call_text(i, method, parameters[i]);
    rpc::JsonValue answers = parsed(post(body + "]"));
    std::vector<rpc::JsonValue> results(parameters.size());
    for (rpc::JsonValue& answer : answers.items) {
        const rpc::JsonValue* id = answer.find("id");
        const auto index = id != nullptr ? id->integer().value_or(-1) : -1;
        if (index < 0 || index >= static_cast<std::int64_t>(results.size())) continue;
        for (rpc::JsonMember& member : answer.members)
            if (member.name == "result")
                results[static_cast<std::size_t>(index)] = std::move(member.value);
    }
    return results;
}

}  // namespace starling::wallet
