#include "wallet-cli/overlay_view.h"

#include "node/rpc/json_writer.h"
#include "wallet-cli/json_fields.h"
#include "wallet-cli/output.h"

#include <algorithm>
#include <bit>
#include <cstdio>
#include <optional>
#include <utility>

namespace starling::wallet {

namespace {

using rpc::JsonValue;

constexpr std::size_t kShortId = 8;  // digits that tell the nodes of one screen apart

std::string short_id(const JsonValue& node) {
    const auto id = optional_text(node, "nodeid");
    return id && !id->empty() ? id->substr(0, kShortId) : "-";
}

std::string text_or_dash(const JsonValue& object, std::string_view name) {
    return optional_text(object, name).value_or("-");
}

std::string count_or_dash(const JsonValue& object, std::string_view name) {
    const auto count = optional_integer(object, name);
    return count && *count >= 0 ? std::to_string(*count) : "-";
}

std::string wait_or_dash(const JsonValue& object, std::string_view name) {
    const auto seconds = optional_number(object, name);
    return seconds ? wait_text(*seconds) : "-";
}

std::string age_or_dash(const JsonValue& object, std::string_view name, std::int64_t now) {
    const auto since = optional_integer(object, name);
    return since && *since > 0 ? age_text(std::max<std::int64_t>(now - *since, 0)) : "-";
}

// "/Starling:0.1.0/" without the slashes that BIP 14 puts around it.
std::string client_text(const JsonValue& peer) {
    std::string name = text_or_dash(peer, "subver");
    if (name.size() > 2 && name.front() == '/' && name.back() == '/')
        name = name.substr(1, name.size() - 2);
    return name;
}

// The items of an array that may be absent.
const std::vector<JsonValue>& items_of(const JsonValue& object, std::string_view name) {
    static const std::vector<JsonValue> kNone;
    const JsonValue* list = object.find(name);
    return list == nullptr ? kNone : list->items;
}

std::string plural(std::int64_t count, const std::string& one) {
    return std::to_string(count) + " " + one + (count == 1 ? "" : "s");
}

std::optional<unsigned> hex_digit(char digit) {
    if (digit >= '0' && digit <= '9') return static_cast<unsigned>(digit - '0');
    if (digit >= 'a' && digit <= 'f') return static_cast<unsigned>(digit - 'a') + 10;
    return std::nullopt;
}

// ---- overlay ----

// "######oo      +++": live nodes, nodes that did not answer yet, and behind the bucket's 16 places
// its replacements.
std::string bar(std::size_t nodes, std::size_t live, std::size_t replacements) {
    constexpr std::size_t kPlaces = 16, kReplacements = 10;
    nodes = std::min(nodes, kPlaces);
    live = std::min(live, nodes);
    return std::string(live, '#') + std::string(nodes - live, 'o') +
           std::string(kPlaces - nodes, '.') + ' ' +
           std::string(std::min(replacements, kReplacements), '+');
}

std::size_t count_of(const JsonValue& object, std::string_view name) {
    return static_cast<std::size_t>(
        std::max<std::int64_t>(optional_integer(object, name).value_or(0), 0));
}

std::string buckets_text(const JsonValue& overlay, std::int64_t now) {
    Table table({"distance", "nodes", "live", "spare", "checked"});
    for (const JsonValue& bucket : items_of(overlay, "buckets")) {
        const std::size_t nodes = items_of(bucket, "nodes").size();
        const std::size_t live = count_of(bucket, "live"), spare = count_of(bucket, "replacements");
        const std::string age = age_or_dash(bucket, "revalidated", now);
        table.add({std::to_string(integer_field(bucket, "distance")), bar(nodes, live, spare),
                   std::to_string(live) + "/" + std::to_string(nodes), std::to_string(spare),
                   age == "-" ? age : age + " ago"});
    }
    if (table.empty()) return "no nodes yet\n";
    return table.text(kColumns) + "# answered  o not yet  + spare, comes in when one fails\n";
}

// "ping 3, pong 4"; "nothing" where all are zero.
std::string counts_text(const JsonValue& object, std::string_view name) {
    const JsonValue* counts = object.find(name);
    std::string out;
    if (counts == nullptr) return "-";
    for (const auto& [what, count] : counts->members) {
        if (count.integer().value_or(0) == 0) continue;
        out += (out.empty() ? "" : ", ") + what + " " + count.text;
    }
    return out.empty() ? "nothing" : out;
}

std::string figures_text(const JsonValue& figures) {
    std::string out;
    const std::int64_t lookups = optional_integer(figures, "lookups").value_or(0);
    out += "lookups   " + std::to_string(lookups);
    if (lookups > 0) {
        const double each = 1.0 / static_cast<double>(lookups);
        const auto hops = optional_number(figures, "lookup_hops").value_or(0) * each;
        char mean[32];
        std::snprintf(mean, sizeof mean, "%.1f", hops);
        out += ", on average " + std::string(mean) + " hops and " +
               wait_text(optional_number(figures, "lookup_seconds").value_or(0) * each) + "; " +
               count_or_dash(figures, "lookups_without_answer") + " without an answer";
    }
    out += "\nchurn     " + count_or_dash(figures, "joined") + " joined, " +
           count_or_dash(figures, "left") + " left, " + count_or_dash(figures, "foreign_networks") +
           " of other networks";
    for (const auto& [title, name] :
         {std::pair{"received  ", "received"}, {"sent      ", "sent"}, {"dropped   ", "dropped"}})
        out += "\n" + std::string(title) + counts_text(figures, name);
    return out + "\n";
}

// "density   1.20 times what chance puts near our id (nearest 8: 0.90), of about 57 nodes: calm".
std::string density_text(const JsonValue& overlay) {
    const JsonValue* density = overlay.find("density");
    if (density == nullptr) return "";  // an older daemon
    const auto ratio = optional_number(*density, "ratio");
    if (!ratio) return "density   too few nodes known to tell\n";
    const auto times = [](double number) {
        char text[32];
        std::snprintf(text, sizeof text, "%.2f", number);
        return std::string(text);
    };
    std::string out = "density   " + times(*ratio) + " times what chance puts near our id";
    if (const auto inner = optional_number(*density, "inner_ratio"))
        out += " (nearest 8: " + times(*inner) + ")";
    return out + ", of about " + count_or_dash(*density, "network_size") +
           " nodes: " + (flag_field(*density, "alarming") ? "alarm" : "calm") + "\n";
}

// Who called whom, and what for.
std::string direction_text(const JsonValue& peer) {
    const std::string type = text_or_dash(peer, "connection_type");
    if (type == "block-relay-only") return "block";
    if (type == "feeler") return type;
    return flag_field(peer, "inbound") ? "in" : "out";
}

}  // namespace

std::string peers_text(const JsonValue& peers, std::int64_t now) {
    Table table({"dir", "address", "node", "netgroup", "ping", "age", "height", "sent", "recv",
                 "found", "client"});
    for (const JsonValue& peer : peers.items) {
        table.add({direction_text(peer), text_field(peer, "addr"), short_id(peer),
                   text_or_dash(peer, "netgroup"), wait_or_dash(peer, "pingtime"),
                   age_or_dash(peer, "conntime", now), count_or_dash(peer, "synced_headers"),
                   bytes_text(optional_integer(peer, "bytessent").value_or(0)),
                   bytes_text(optional_integer(peer, "bytesrecv").value_or(0)),
                   text_or_dash(peer, "origin"), client_text(peer)});
    }
    return table.empty() ? "no peers\n" : table.text(kColumns);
}

std::string eclipse_text(const JsonValue& network) {
    const JsonValue* eclipse = network.find("eclipse");
    if (eclipse == nullptr) return "";  // an older daemon
    std::string out = "eclipse   " + count_or_dash(*eclipse, "gauge") + " of 100, " +
                      text_or_dash(*eclipse, "level") + "\n";
    const JsonValue* terms = eclipse->find("terms");
    if (terms == nullptr) return out;
    for (const JsonValue& term : terms->items) {
        std::string name = text_or_dash(term, "name");
        name.resize(std::max<std::size_t>(name.size(), 9), ' ');
        std::string gauge = count_or_dash(term, "gauge");
        gauge.insert(0, 3 - std::min<std::size_t>(gauge.size(), 3), ' ');
        out += "  " + name + " " + gauge + "  " + text_or_dash(term, "seen") + "\n";
    }
    return out;
}

std::string overlay_text(const JsonValue& overlay, std::int64_t now) {
    std::string out = "node id   " + text_or_dash(overlay, "nodeid") + "\n";
    const std::string tcp = text_or_dash(overlay, "tcp");
    out += "key       " + text_or_dash(overlay, "pubkey") + (tcp == "-" ? "" : "@" + tcp) + "\n";
    out += "record    sequence " + count_or_dash(overlay, "sequence") + ", UDP " +
           text_or_dash(overlay, "udp") + ", TCP " + tcp + "\n";
    out += text_or_dash(overlay, "record") + "\n\n";
    const JsonValue* discovery = overlay.find("discovery");
    if (discovery != nullptr && discovery->is(JsonValue::Type::boolean) && !discovery->flag)
        return out + "discovery is off (--no-discovery or --plain): no nodes are sought\n";
    out += buckets_text(overlay, now);
    const auto buckets = static_cast<std::int64_t>(items_of(overlay, "buckets").size());
    out += "\ntable     " + plural(optional_integer(overlay, "nodes").value_or(0), "node") +
           " in " + plural(buckets, "bucket") + ", " + count_or_dash(overlay, "live") +
           " answered, " + count_or_dash(overlay, "replacements") + " spare; " +
           count_or_dash(overlay, "sessions") + " sessions\n";
    out += density_text(overlay);
    if (const JsonValue* figures = overlay.find("figures")) out += figures_text(*figures);
    return out;
}

std::string lookup_text(const JsonValue& report) {
    const std::string target = text_or_dash(report, "target");
    Table steps({"hop", "path", "asked", "address", "distance", "at", "took", "gave", "new"});
    std::int64_t answered = 0;
    for (const JsonValue& step : items_of(report, "steps")) {
        const auto took = optional_number(step, "took");
        answered += took ? 1 : 0;
        steps.add({count_or_dash(step, "hop"),
                   std::to_string(optional_integer(step, "path").value_or(0) + 1), short_id(step),
                   text_or_dash(step, "address"),
                   std::to_string(log_distance(target, text_or_dash(step, "nodeid"))),
                   wait_or_dash(step, "started"), took ? wait_text(*took) : "no answer",
                   took ? count_or_dash(step, "returned") : "-",
                   took ? count_or_dash(step, "news") : "-"});
    }
    const std::size_t asked = items_of(report, "steps").size();
    std::string out = "looking for " + target + "\n";
    if (!steps.empty()) out += steps.text(kColumns);
    out += plural(static_cast<std::int64_t>(asked), "node") + " asked, " +
           std::to_string(answered) + " answered, " + wait_or_dash(report, "took") + "\n\n";
    Table nearest({"nearest", "distance", "address", "hop"});
    for (const JsonValue& node : items_of(report, "closest")) {
        const std::string id = text_or_dash(node, "nodeid");
        nearest.add({id, std::to_string(log_distance(target, id)), text_or_dash(node, "address"),
                     count_or_dash(node, "hop")});
    }
    return out + (nearest.empty() ? "nobody was found\n" : nearest.text(kColumns));
}

std::string dot_text(const JsonValue& graph) {
    const std::string own = text_or_dash(graph, "nodeid");
    // A JSON string is a DOT string too; its \n breaks the line of a label.
    const auto quoted = [](const std::string& text) { return rpc::quoted(text); };
    std::string out =
        "digraph starling {\n"
        "    node [shape=box, style=rounded, fontname=monospace];\n"
        "    edge [color=gray40];\n";
    for (const JsonValue& node : items_of(graph, "nodes")) {
        const std::string id = text_or_dash(node, "nodeid");
        const std::string label = quoted(short_id(node) + "\n" + text_or_dash(node, "address"));
        out +=
            "    " + quoted(id) + " [label=" + label + (id == own ? ", penwidth=3" : "") + "];\n";
    }
    for (const JsonValue& edge : items_of(graph, "edges")) {
        out += "    " + quoted(text_or_dash(edge, "from")) + " -> " +
               quoted(text_or_dash(edge, "to")) +
               (text_or_dash(edge, "kind") == "table" ? " [style=dashed];\n" : ";\n");
    }
    return out + "}\n";
}

int log_distance(const std::string& a, const std::string& b) {
    constexpr std::size_t kDigits = 64;
    if (a.size() != kDigits || b.size() != kDigits) return -1;
    for (std::size_t i = 0; i < kDigits; ++i) {
        const auto one = hex_digit(a[i]), other = hex_digit(b[i]);
        if (!one || !other) return -1;
        if (const unsigned differing = *one ^ *other)
            return static_cast<int>(4 * (kDigits - 1 - i)) +
                   static_cast<int>(std::bit_width(differing));
    }
    return 0;
}

}  // namespace starling::wallet
