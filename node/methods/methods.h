#pragma once

#include "node/methods/context.h"
#include "node/rpc/arguments.h"
#include "node/rpc/request.h"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace starling::node {

// One JSON-RPC method: how it is called, what it says of itself, what it does.
struct Method {
    std::string_view category;  // as `help` groups them
    std::string_view name;
    std::vector<rpc::Parameter> parameters;
    std::string_view summary;  // one sentence or more
    std::function<void(Context&, rpc::Arguments, Reply)> run;
};

// The JSON-RPC methods of the daemon: turns the body of an HTTP request into the body and status of
// its answer.
//
// The calls of a batch are carried out one after the other, each when the one before has answered,
// so that a call sees what those before it did.
class Methods {
public:
    explicit Methods(Context& context);
    ~Methods();

    // `then` is called once, now or later, on the protocol thread.
    void answer(std::string body, std::function<void(rpc::HttpAnswer)> then);
    // One call without HTTP around it.
    void call(const std::string& method, const rpc::JsonValue& parameters, Reply reply);

    [[nodiscard]] std::string help() const;
    [[nodiscard]] const Method* find(std::string_view name) const;

private:
    struct Round;  // one HTTP request under way
    void answer_next(const std::shared_ptr<Round>& round);
    void add(std::vector<Method> methods);

    Context& context_;
    std::map<std::string, Method, std::less<>> methods_;
};

}  // namespace starling::node
