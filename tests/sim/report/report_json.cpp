#include "node/rpc/json_writer.h"
#include "sim/report/report.h"
#include "sim/scenario/settings_json.h"

#include <algorithm>
#include <type_traits>

namespace starling::sim {

namespace {

using rpc::JsonWriter;

constexpr double kMicroseconds = 1'000'000;

double seconds(Span span) {
    return static_cast<double>(span.count()) / kMicroseconds;
}

void write(JsonWriter& json, const char* name, const Quantiles& quantiles) {
    json.key(name).begin_object();
    json.field("count", quantiles.count);
    if (quantiles.count != 0) {
        json.field("p50_ms", static_cast<double>(quantiles.p50.count()) / 1'000);
        json.field("p90_ms", static_cast<double>(quantiles.p90.count()) / 1'000);
        json.field("p99_ms", static_cast<double>(quantiles.p99.count()) / 1'000);
    }
    json.end_object();
}

template <class Key>
void write(JsonWriter& json, const char* name, const std::map<Key, std::uint64_t>& counts) {
    json.key(name).begin_object();
    for (const auto& [key, count] : counts) {
        if constexpr (std::is_integral_v<Key>)
            json.field(std::to_string(key), count);
        else
            json.field(key, count);
    }
    json.end_object();
}

void write_ledger(JsonWriter& json, const Report& report) {
    json.key("blocks").begin_object();
    json.field("found", report.blocks).field("stale", report.stale_blocks);
    write(json, "to_50_percent", report.block_to_half);
    write(json, "to_90_percent", report.block_to_90);
    write(json, "to_99_percent", report.block_to_99);
    json.end_object();
    json.key("transactions").begin_object();
    json.field("made", report.transactions);
    write(json, "to_50_percent", report.transaction_to_half);
    write(json, "to_90_percent", report.transaction_to_90);
    json.end_object();
    write(json, "reorganisations_by_depth", report.reorganisations);
}

void write_overlay(JsonWriter& json, const Report& report) {
    json.key("lookups").begin_object();
    json.field("made", report.lookups).field("found", report.lookups_found);
    json.field("hops_of_found", report.lookup_hops);
    write(json, "took", report.lookup_time);
    json.end_object();
    json.key("connections").begin_object();
    json.field("per_host", report.connections_per_host);
    json.field("outbound_per_host", report.outbound_per_host);
    json.end_object();
    write(json, "bytes_sent_per_host", report.bytes_per_host);
}

void write_violations(JsonWriter& json, const Report& report) {
    json.key("violations").begin_array();
    for (const Violation& violation : report.violations) {
        json.begin_object();
        json.field("property", violation.property);
        json.field("at_seconds", seconds(violation.when - Moment{}));
        json.key("host");
        if (violation.host == kNoHost)
            json.null();
        else
            json.value(violation.host);
        json.field("what", violation.what);
        json.end_object();
    }
    json.end_array();
}

void write_real(JsonWriter& json, const Report& report) {
    const double elapsed = std::max(seconds(report.real.elapsed), 1e-6);
    json.key("real").begin_object();
    json.field("seconds", elapsed);
    json.field("simulated_over_real", seconds(report.simulated) / elapsed);
    json.field("events_per_second", static_cast<double>(report.events) / elapsed);
    json.field("memory_bytes", report.real.memory_bytes);
    json.end_object();
}

}  // namespace

std::string trace_hash_text(std::uint64_t hash) {
    std::string out(16, '0');
    for (std::size_t at = out.size(); at-- > 0; hash >>= 4)
        out[at] = "0123456789abcdef"[hash & 15];
    return out;
}

std::string to_json(const Report& report) {
    JsonWriter json;
    json.begin_object();
    json.field("version", STARLING_VERSION);
    json.key("settings").raw(settings_json(report.settings));
    json.field("trace_hash", trace_hash_text(report.trace_hash));
    json.field("events", report.events);
    json.field("simulated_seconds", seconds(report.simulated));
    write_ledger(json, report);
    write_overlay(json, report);
    write(json, "marks", report.marks);
    write_violations(json, report);
    write_real(json, report);
    json.end_object();
    return json.take();
}

}  // namespace starling::sim
