#include "node/rpc/json_value.h"
#include "node/rpc/json_writer.h"
#include "sim/commands/sweep.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>

namespace starling::sim {

namespace {

using rpc::JsonValue;
using Type = JsonValue::Type;

constexpr double kMicroseconds = 1'000'000;

double seconds(Span span) {
    return static_cast<double>(span.count()) / kMicroseconds;
}

std::uint64_t whole(const JsonValue* json) {
    std::uint64_t out = 0;
    if (json != nullptr && json->is(Type::number))
        std::from_chars(json->text.data(), json->text.data() + json->text.size(), out);
    return out;
}

Span span_of(const JsonValue* json) {
    if (json == nullptr || !json->is(Type::number)) return Span{0};
    return Span{std::llround(std::strtod(json->text.c_str(), nullptr) * kMicroseconds)};
}

std::string text_of(const JsonValue* json) {
    return json != nullptr && json->is(Type::string) ? json->text : "";
}

void write(rpc::JsonWriter& json,
           const char* name,
           const std::map<std::string, std::uint64_t>& counts) {
    json.key(name).begin_object();
    for (const auto& [key, count] : counts)
        json.field(key, count);
    json.end_object();
}

void read(const JsonValue* json, std::map<std::string, std::uint64_t>& counts) {
    if (json == nullptr) return;
    for (const rpc::JsonMember& member : json->members)
        counts[member.name] = whole(&member.value);
}

void write_failures(rpc::JsonWriter& json, const Sweep& sweep) {
    json.key("failures").begin_array();
    for (const Sweep::Failure& failure : sweep.failures) {
        json.begin_object();
        json.field("seed", failure.seed).field("property", failure.property);
        json.field("what", failure.what).field("command", failure.command);
        json.end_object();
    }
    json.end_array();
}

}  // namespace

std::string to_json(const Sweep& sweep) {
    rpc::JsonWriter json;
    json.begin_object();
    json.field("version", STARLING_VERSION);
    json.key("seeds").begin_array();
    for (const auto& [first, count] : sweep.seeds)
        json.begin_array().value(first).value(count).end_array();
    json.end_array();
    json.field("runs", sweep.runs).field("failed", sweep.failed);
    write(json, "failures_by_property", sweep.failures_by_property);
    write_failures(json, sweep);
    write(json, "marks", sweep.marks);
    json.key("never_reached").begin_array();
    for (const std::string& mark : sweep.missed_marks())
        json.value(mark);
    json.end_array();
    json.field("trace_hash", trace_hash_text(sweep.trace_hashes));
    json.field("events", sweep.events);
    json.field("simulated_seconds", seconds(sweep.simulated));
    json.key("real").begin_object();
    json.field("seconds", seconds(sweep.working));
    json.field("simulated_over_real",
               seconds(sweep.simulated) / std::max(seconds(sweep.working), 1e-6));
    json.end_object().end_object();
    return json.take();
}

Result<Sweep, std::string> parse_sweep(std::string_view text) {
    const auto json = rpc::parse_json(text, {.values_max = 1'000'000});
    if (!json) return Failure{json.error()};
    const JsonValue* seeds = json->find("seeds");
    const JsonValue* runs = json->find("runs");
    if (seeds == nullptr || runs == nullptr || !seeds->is(Type::array))
        return Failure{std::string("this is no result of `swarm --json`")};
    Sweep sweep;
    for (const JsonValue& range : seeds->items) {
        if (range.items.size() != 2) return Failure{std::string("\"seeds\" has no pairs")};
        sweep.seeds.emplace_back(whole(&range.items[0]), whole(&range.items[1]));
    }
    sweep.runs = whole(runs);
    sweep.failed = whole(json->find("failed"));
    read(json->find("failures_by_property"), sweep.failures_by_property);
    if (const JsonValue* failures = json->find("failures")) {
        for (const JsonValue& failure : failures->items)
            sweep.failures.push_back(
                {whole(failure.find("seed")), text_of(failure.find("property")),
                 text_of(failure.find("what")), text_of(failure.find("command"))});
    }
    read(json->find("marks"), sweep.marks);
    const std::string hash = text_of(json->find("trace_hash"));
    std::from_chars(hash.data(), hash.data() + hash.size(), sweep.trace_hashes, 16);
    sweep.events = whole(json->find("events"));
    sweep.simulated = span_of(json->find("simulated_seconds"));
    if (const JsonValue* real = json->find("real")) sweep.working = span_of(real->find("seconds"));
    return sweep;
}

}  // namespace starling::sim
