#include "consensus/hex.h"
#include "node/methods/chain_view.h"
#include "node/methods/topics.h"
#include "node/rpc/descriptor.h"
#include "node/rpc/json_writer.h"

#include <atomic>
#include <map>

namespace starling::node {

namespace {

using rpc::Arguments;
using rpc::Code;
using rpc::JsonValue;
using rpc::JsonWriter;

// Bitcoin Core's: the default end of a range, and how many places one may have.
constexpr std::int64_t kRangeEnd = 1'000;
constexpr std::int64_t kRangeMax = 1'000'000;
constexpr std::int64_t kIndexMax = 0x7fff'ffff;
constexpr std::size_t kObjectsMax = 1'000;
// What one scan may look for: 300 MB of scripts and their descriptors, a minute of derivation.
constexpr std::int64_t kScriptsMax = 1'000'000;

// A descriptor with the row of places that is looked through.
struct ScanObject {
    rpc::Descriptor descriptor;
    std::int64_t begin = 0;
    std::int64_t end = 0;
};

// The one scan that may be under way, seen by the worker that does it and by those who ask.
struct Scan {
    std::atomic<bool> running = false;
    std::atomic<bool> abort = false;
    std::atomic<int> progress = 0;  // percent
};

struct Found {
    OutPoint point;
    Coin coin;
    std::string descriptor;
};
struct Findings {
    bool complete = false;
    std::uint64_t visited = 0;
    std::vector<Found> found;
    BlockHash boundary;
};

using Needles = std::map<Bytes, std::string>;  // script to descriptor

Result<std::pair<std::int64_t, std::int64_t>, std::string> parse_range(const JsonValue& value) {
    std::int64_t begin = 0;
    std::optional<std::int64_t> end;
    if (value.is(JsonValue::Type::number)) {
        end = value.integer();
    } else if (value.is(JsonValue::Type::array) && value.items.size() == 2) {
        const auto first = value.items[0].integer();
        if (first) end = value.items[1].integer();
        begin = first.value_or(0);
    }
    if (!end) return Failure{std::string("Range must be specified as end or as [begin,end]")};
    if (begin > *end)
        return Failure{std::string("Range specified as [begin,end] must not have begin after end")};
    if (begin < 0) return Failure{std::string("Range should be greater or equal than 0")};
    if (*end >= kIndexMax) return Failure{std::string("End of range is too high")};
    if (*end - begin >= kRangeMax) return Failure{std::string("Range is too large")};
    return std::pair{begin, *end};
}

Result<ScanObject, rpc::Error> parse_object(const JsonValue& value, std::string_view prefix) {
    const JsonValue* text = &value;
    std::pair<std::int64_t, std::int64_t> range{0, kRangeEnd};
    if (value.is(JsonValue::Type::object)) {
        text = value.find("desc");
        if (text == nullptr || !text->is(JsonValue::Type::string)) {
            return rpc::failure(Code::invalid_parameter,
                                "Descriptor needs to be provided in scan object");
        }
        if (const JsonValue* given = value.find("range")) {
            const auto parsed = parse_range(*given);
            if (!parsed) return rpc::failure(Code::invalid_parameter, parsed.error());
            range = *parsed;
        }
    } else if (!value.is(JsonValue::Type::string)) {
        return rpc::failure(Code::invalid_parameter,
                            "Scan object needs to be either a string or an object");
    }
    const auto descriptor = rpc::Descriptor::parse(text->text, prefix);
    if (!descriptor) return rpc::failure(Code::invalid_address_or_key, descriptor.error());
    if (!descriptor->is_range()) range = {0, 0};
    return ScanObject{*descriptor, range.first, range.second};
}

Result<std::vector<ScanObject>, rpc::Error> parse_objects(const JsonValue& list,
                                                          std::string_view prefix) {
    std::vector<ScanObject> objects;
    std::int64_t scripts = 0;
    for (const JsonValue& item : list.items) {
        auto object = parse_object(item, prefix);
        if (!object) return Failure{object.error()};
        scripts += object->end - object->begin + 1;
        objects.push_back(std::move(*object));
    }
    if (scripts > kScriptsMax || objects.size() > kObjectsMax)
        return rpc::failure(Code::invalid_parameter, "Too many scan objects");
    return objects;
}

Needles needles_of(const std::vector<ScanObject>& objects, const Scan& scan) {
    Needles needles;
    for (const ScanObject& object : objects) {
        for (std::int64_t i = object.begin; i <= object.end && !scan.abort; ++i) {
            const auto index = static_cast<std::uint32_t>(i);
            const auto script = object.descriptor.script(index);
            if (script) needles.try_emplace(*script, *object.descriptor.resolved(index));
        }
    }
    return needles;
}

Findings look_for(const Needles& needles, const chain::Store& store, Scan& scan) {
    Findings findings;
    findings.boundary = store.each_coin([&](const OutPoint& point, const Coin& coin) {
        findings.visited += 1;
        // Coins come in the order of their outpoints, whose first bytes are spread evenly.
        scan.progress = point.txid.bytes[0] * 100 / 256;
        const auto it = needles.find(coin.output.script_pubkey);
        if (it != needles.end()) findings.found.push_back({point, coin, it->second});
        return !scan.abort;
    });
    findings.complete = !scan.abort;
    return findings;
}

void write_found(JsonWriter& out, const Found& found, const HeaderNode* boundary) {
    const Coin& coin = found.coin;
    out.begin_object().field("txid", to_string(found.point.txid));
    out.field("vout", found.point.index);
    out.field("scriptPubKey", hex(coin.output.script_pubkey)).field("desc", found.descriptor);
    out.field("amount", coin.output.value).field("coinbase", coin.coinbase);
    out.field("height", coin.height.value);
    out.field("blockhash", to_string(ancestor(boundary, coin.height)->hash));
    out.field("confirmations", boundary->height - coin.height + 1).end_object();
}

std::string findings_text(const Context& context, const Findings& findings) {
    const HeaderNode* boundary = chain_of(context).tree().find(findings.boundary);
    JsonWriter out;
    out.begin_object().field("success", findings.complete).field("txouts", findings.visited);
    out.field("height", boundary->height.value).field("bestblock", to_string(boundary->hash));
    out.key("unspents").begin_array();
    Amount total;
    for (const Found& found : findings.found) {
        total += found.coin.output.value;
        write_found(out, found, boundary);
    }
    out.end_array().field("total_amount", total).end_object();
    return out.take();
}

void start(Context& context,
           const std::shared_ptr<Scan>& scan,
           Arguments& arguments,
           const Reply& reply) {
    const JsonValue* list = arguments.array(1);
    if (list == nullptr)
        arguments.fail(Code::misc, "scanobjects argument is required for the start action");
    if (scan->running)
        arguments.fail(Code::invalid_parameter,
                       "Scan already in progress, use action \"abort\" or \"status\"");
    if (arguments.failed()) return reply(arguments.failure());
    const auto objects = parse_objects(*list, context.parameters().address_prefix);
    if (!objects) return reply(Failure{objects.error()});
    scan->running = true;
    scan->abort = false;
    scan->progress = 0;
    context.when_committed([&context, scan, objects = *objects, reply] {
        context.run([&context, scan, objects, reply]() -> Context::Continuation {
            const Needles needles = needles_of(objects, *scan);
            return [&context, scan, reply, findings = look_for(needles, context.store(), *scan)] {
                scan->running = false;
                reply(findings_text(context, findings));
            };
        });
    });
}

void scantxoutset(Context& context,
                  const std::shared_ptr<Scan>& scan,
                  Arguments arguments,
                  const Reply& reply) {
    const std::string action = arguments.text(0);
    if (arguments.failed()) return reply(arguments.failure());
    if (action == "start") return start(context, scan, arguments, reply);
    if (action == "abort") {
        const bool running = scan->running;
        scan->abort = true;
        return reply(std::string(running ? "true" : "false"));
    }
    if (action != "status")
        return reply(rpc::failure(Code::invalid_parameter, "Invalid action '" + action + "'"));
    if (!scan->running) return reply(std::string("null"));
    JsonWriter out;
    out.begin_object().field("progress", scan->progress.load()).end_object();
    reply(out.take());
}

}  // namespace

std::vector<Method> scan_methods() {
    const auto scan = std::make_shared<Scan>();
    return {
        {"blockchain",
         "scantxoutset",
         {{"action", true}, {"scanobjects"}},
         "Looks through all unspent outputs (action start) for those of descriptors: addr(ADDRESS),"
         " raw(HEX), tr(KEY) and rawtr(KEY), where KEY may be xpub/.../*. A descriptor stands as "
         "text, or as {\"desc\": ..., \"range\": n or [begin, end]}. The actions status and abort "
         "are for the scan under way.",
         [scan](Context& context, Arguments arguments, Reply reply) {
             scantxoutset(context, scan, std::move(arguments), reply);
         }},
    };
}

}  // namespace starling::node
