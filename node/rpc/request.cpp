#include "node/rpc/request.h"

#include "node/rpc/json_writer.h"

#include <cassert>
#include <utility>

namespace starling::rpc {

namespace {

using Type = JsonValue::Type;

void refuse(Call& call, std::string message) {
    call.malformed = Error{Code::invalid_request, std::move(message)};
}

// The version is read before anything that may be refused, because it decides how the refusal
// looks.
bool read_version(Call& call, const JsonValue& object) {
    const JsonValue* version = object.find("jsonrpc");
    if (version == nullptr || version->is(Type::null)) return true;
    if (!version->is(Type::string)) {
        refuse(call, "jsonrpc field must be a string");
        return false;
    }
    if (version->text == "2.0") {
        call.version = Version::v2;
    } else if (version->text != "1.0" && version->text != "1.1") {
        refuse(call, "JSON-RPC version not supported");
        return false;
    }
    return true;
}

Call parse_call(JsonValue object) {
    Call call;
    if (!object.is(Type::object)) {
        call.id = JsonValue{};
        refuse(call, "Invalid Request object");
        return call;
    }
    if (const JsonValue* id = object.find("id")) call.id = *id;
    const bool versioned = read_version(call, object);
    if (call.version == Version::v1 && !call.id) call.id = JsonValue{};
    if (!versioned) return call;

    const JsonValue* method = object.find("method");
    if (method == nullptr || method->is(Type::null)) {
        refuse(call, "Missing method");
        return call;
    }
    if (!method->is(Type::string)) {
        refuse(call, "Method must be a string");
        return call;
    }
    call.method = method->text;
    call.parameters = JsonValue::of_array({});
    for (JsonMember& member : object.members) {
        if (member.name != "params") continue;
        if (member.value.is(Type::array) || member.value.is(Type::object)) {
            call.parameters = std::move(member.value);
        } else if (!member.value.is(Type::null)) {
            refuse(call, "Params must be an array or object");
        }
        break;
    }
    return call;
}

void write_error(JsonWriter& out, const Error& error) {
    out.key("error").begin_object();
    out.field("code", static_cast<int>(error.code)).field("message", error.message).end_object();
}

void write_answer(JsonWriter& out, const Call& call, const Outcome& outcome) {
    const bool v2 = call.version == Version::v2;
    out.begin_object();
    if (v2) out.field("jsonrpc", "2.0");
    if (outcome.ok()) {
        out.key("result").raw(*outcome);
        if (!v2) out.key("error").null();
    } else {
        if (!v2) out.key("result").null();
        write_error(out, outcome.error());
    }
    if (call.id) out.key("id").raw(to_text(*call.id));
    out.end_object();
}

int status_of(const Error& error) {
    if (error.code == Code::invalid_request) return 400;
    if (error.code == Code::method_not_found) return 404;
    return 500;
}

HttpAnswer render_single(const Call& call, const Outcome& outcome) {
    if (call.is_notification()) return {.status = 204};
    JsonWriter out;
    write_answer(out, call, outcome);
    const bool ok = outcome.ok() || call.version == Version::v2;
    return {.status = ok ? 200 : status_of(outcome.error()), .body = out.take() + "\n"};
}

}  // namespace

Request parse_request(std::string_view body) {
    auto parsed = parse_json(body);
    if (!parsed) return {.malformed = Error{Code::parse_error, "Parse error"}};
    Request request;
    if (parsed->is(Type::array)) {
        request.batch = true;
        for (JsonValue& item : parsed->items)
            request.calls.push_back(parse_call(std::move(item)));
    } else if (parsed->is(Type::object)) {
        request.calls.push_back(parse_call(std::move(*parsed)));
    } else {
        request.malformed = Error{Code::parse_error, "Top-level object parse error"};
    }
    return request;
}

HttpAnswer render(const Request& request, const std::vector<Outcome>& outcomes) {
    assert(outcomes.size() == request.calls.size());
    if (request.malformed) {
        Call nobody;
        nobody.id = JsonValue{};
        return render_single(nobody, Failure{*request.malformed});
    }
    if (!request.batch) return render_single(request.calls.front(), outcomes.front());
    JsonWriter out;
    bool anything = request.calls.empty();  // an empty batch has an empty answer, not none
    out.begin_array();
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        if (request.calls[i].is_notification()) continue;
        write_answer(out, request.calls[i], outcomes[i]);
        anything = true;
    }
    out.end_array();
    if (!anything) return {.status = 204};
    return {.status = 200, .body = out.take() + "\n"};
}

}  // namespace starling::rpc
