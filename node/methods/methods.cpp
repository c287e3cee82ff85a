#include "node/methods/methods.h"

#include "node/methods/topics.h"
#include "node/rpc/json_writer.h"

#include <cassert>
#include <utility>

namespace starling::node {

struct Methods::Round {
    rpc::Request request;
    std::vector<rpc::Outcome> outcomes;
    std::function<void(rpc::HttpAnswer)> then;
};

namespace {

// Bodies above this are parsed by a worker: a block in hexadecimal takes 20 ms.
constexpr std::size_t kParsedAtOnceBytes = 20'000;

// "name required ( optional optional )"
std::string usage(const Method& method) {
    std::string out(method.name);
    bool optional = false;
    for (const rpc::Parameter& parameter : method.parameters) {
        if (!parameter.required && !std::exchange(optional, true)) out += " (";
        out += ' ' + std::string(parameter.name.substr(0, parameter.name.find('|')));
    }
    return optional ? out + " )" : out;
}

std::string help_of(const Method& method) {
    return usage(method) + "\n\n" + std::string(method.summary) + "\n";
}

}  // namespace

Methods::Methods(Context& context) : context_(context) {
    for (const auto topic : {chain_methods, wait_methods, block_methods, coin_methods, scan_methods,
                             transaction_methods, send_methods, pool_methods, peer_methods,
                             network_methods, overlay_methods, ban_methods, doctor_methods,
                             template_methods, mining_methods, address_methods, own_methods})
        add(topic());
    Method help{"control",
                "help",
                {{"command"}},
                "All methods, or what one of them does.",
                [this](Context&, rpc::Arguments arguments, Reply reply) {
                    const std::string name = arguments.text(0);
                    if (arguments.failed()) return reply(arguments.failure());
                    if (name.empty()) return reply(rpc::quoted(this->help()));
                    const Method* method = find(name);
                    reply(rpc::quoted(method == nullptr ? "help: unknown command: " + name
                                                        : help_of(*method)));
                }};
    add({std::move(help)});
}

Methods::~Methods() = default;

void Methods::add(std::vector<Method> methods) {
    for (Method& method : methods) {
        const bool added = methods_.emplace(method.name, method).second;
        assert(added);
    }
}

const Method* Methods::find(std::string_view name) const {
    const auto it = methods_.find(name);
    return it == methods_.end() ? nullptr : &it->second;
}

std::string Methods::help() const {
    std::map<std::string_view, std::string> by_category;
    for (const auto& [name, method] : methods_)
        by_category[method.category] += usage(method) + "\n";
    std::string out;
    for (const auto& [category, lines] : by_category) {
        std::string title(category);
        title.front() = static_cast<char>(title.front() - 'a' + 'A');
        out += (out.empty() ? "== " : "\n== ") + title + " ==\n" + lines;
    }
    return out;
}

void Methods::call(const std::string& name, const rpc::JsonValue& parameters, Reply reply) {
    const Method* method = find(name);
    if (method == nullptr)
        return reply(rpc::failure(rpc::Code::method_not_found, "Method not found"));
    auto arguments = rpc::Arguments::match(parameters, method->parameters);
    if (!arguments) {
        // Who miscounted wants to know how it is called.
        const bool miscounted = arguments.error().code == rpc::Code::misc;
        const std::string hint = miscounted ? "\n\n" + help_of(*method) : "";
        return reply(rpc::failure(arguments.error().code, arguments.error().message + hint));
    }
    method->run(context_, std::move(*arguments), std::move(reply));
}

void Methods::answer(std::string body, std::function<void(rpc::HttpAnswer)> then) {
    const auto round = std::make_shared<Round>();
    round->then = std::move(then);
    if (body.size() <= kParsedAtOnceBytes) {
        round->request = rpc::parse_request(body);
        return answer_next(round);
    }
    context_.run([this, round, body = std::move(body)]() -> Context::Continuation {
        return [this, round, request = rpc::parse_request(body)]() mutable {
            round->request = std::move(request);
            answer_next(round);
        };
    });
}

void Methods::answer_next(const std::shared_ptr<Round>& round) {
    // Answers that come at once are taken in this loop: a batch of thousands must not recurse.
    while (round->outcomes.size() < round->request.calls.size()) {
        const rpc::Call& call = round->request.calls[round->outcomes.size()];
        if (call.malformed) {
            round->outcomes.push_back(Failure{*call.malformed});
            continue;
        }
        const auto at_once = std::make_shared<bool>(true);
        const std::size_t before = round->outcomes.size();
        this->call(call.method, call.parameters, [this, round, at_once](rpc::Outcome outcome) {
            round->outcomes.push_back(std::move(outcome));
            if (!*at_once) answer_next(round);
        });
        *at_once = false;
        if (round->outcomes.size() == before) return;
    }
    round->then(rpc::render(round->request, round->outcomes));
}

}  // namespace starling::node
