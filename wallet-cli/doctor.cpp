#include "wallet-cli/doctor.h"

#include "node/rpc/json_writer.h"
#include "wallet-cli/json_fields.h"
#include "wallet-cli/output.h"

#include <algorithm>
#include <cmath>
#include <iostream>

namespace starling::wallet {

namespace {

using rpc::JsonValue;

// Bitcoin Core warns at as much. Blocks are refused that are two hours ahead.
constexpr double kClockSeconds = 600;
// A node of the table is asked every few seconds: after this long nothing comes through.
constexpr std::int64_t kSilenceSeconds = 120;
// Blocks come at random: without any for 100 spacings somebody stopped looking for them, or we do
// not hear of them.
constexpr std::int64_t kTipSpacings = 100;
// Half a week of blocks of 4 MB every ten minutes.
constexpr std::int64_t kDiskBytes = 2'000'000'000;

std::int64_t integer_of(const JsonValue& object, std::string_view name) {
    return optional_integer(object, name).value_or(0);
}

bool flag_or(const JsonValue& object, std::string_view name, bool otherwise) {
    const JsonValue* flag = object.find(name);
    return flag != nullptr && flag->is(JsonValue::Type::boolean) ? flag->flag : otherwise;
}

std::string counted(std::int64_t count, const std::string& one) {
    return std::to_string(count) + " " + one + (count == 1 ? "" : "s");
}

Finding clock(const JsonValue& clock) {
    const std::int64_t peers = integer_of(clock, "peers");
    if (peers == 0) return {true, "clock", "no peer's clock to compare with yet"};
    const double offset = optional_number(clock, "offset").value_or(0);
    const double size = std::abs(offset);
    // Clocks are told to the second.
    const std::string off =
        (size <= 1 ? "agrees with "
                   : age_text(std::lround(size)) + (offset < 0 ? " ahead of " : " behind ")) +
        "the median of " + counted(peers, "peer");
    if (size < kClockSeconds) return {true, "clock", off};
    return {false, "clock", off + ": set this machine's clock (NTP)"};
}

// Do answers come back?
Finding udp_out(const JsonValue& udp, std::int64_t now) {
    const std::int64_t sent = integer_of(udp, "sent"), received = integer_of(udp, "received");
    const std::int64_t last = integer_of(udp, "last_received");
    if (sent == 0 && received == 0)
        return {false, "UDP out", "nobody to ask: give the daemon a --bootnode"};
    if (last == 0)
        return {false, "UDP out", counted(sent, "packet") + " sent, no answer: is UDP let out?"};
    const std::string ago = age_text(std::max<std::int64_t>(now - last, 0)) + " ago";
    if (now - last > kSilenceSeconds)
        return {false, "UDP out", "the last packet came " + ago + ": is this machine online?"};
    return {true, "UDP out", "answers come back, the last one " + ago};
}

// Of this machine alone: nobody else could reach it, and nobody needs to be let in.
bool is_loopback(const std::string& address) {
    return address.starts_with("127.") || address.starts_with("[::1]");
}

// Did anybody begin to speak to us?
Finding udp_in(const JsonValue& udp, const JsonValue* record, std::int64_t now) {
    const std::int64_t last = integer_of(udp, "last_unasked");
    if (last != 0) {
        return {true, "UDP in",
                "others speak to us first, the last one " +
                    age_text(std::max<std::int64_t>(now - last, 0)) + " ago"};
    }
    if (record != nullptr && is_loopback(optional_text(*record, "udp").value_or("")))
        return {true, "UDP in", "nobody has spoken to us first; our address is this machine's own"};
    return {false, "UDP in", "nobody has spoken to us first: let UDP in, and forward our port"};
}

Finding record(const JsonValue& record, bool discovery) {
    const std::string udp = optional_text(record, "udp").value_or("");
    const std::string tcp = optional_text(record, "tcp").value_or("");
    const std::string seen =
        (udp.empty() ? "no UDP" : "UDP " + udp) + ", " + (tcp.empty() ? "no TCP" : "TCP " + tcp);
    if (udp.empty() && tcp.empty()) {
        return {false, "record",
                "names no address: wait until enough others saw ours, or give --external"};
    }
    if (tcp.empty()) return {false, "record", seen + ": --listen takes connections"};
    if (udp.empty() && discovery) return {false, "record", seen + ": give --external"};
    return {true, "record", seen};
}

Finding networks(const JsonValue& networks) {
    const std::int64_t ours = integer_of(networks, "ours"),
                       foreign = integer_of(networks, "foreign");
    const std::string met =
        counted(ours, "node") + " of our network, " + std::to_string(foreign) + " of others";
    if (foreign > ours) return {false, "network", met + ": check --network and --bootnode"};
    return {true, "network", met};
}

// Who was refused for what; a matter of concern only where nobody is left.
Finding refused(const JsonValue& reasons, std::int64_t peers) {
    std::string list;
    for (const auto& [reason, count] : reasons.members) {
        if (count.integer().value_or(0) == 0) continue;
        list += (list.empty() ? "" : ", ") + reason + " " + count.text;
    }
    if (list.empty()) return {true, "refused", "nobody"};
    if (peers > 0) return {true, "refused", list};
    return {false, "refused", list + ": everybody was; the log says why"};
}

Finding peers(const JsonValue& peers, std::int64_t known) {
    const std::int64_t in = integer_of(peers, "inbound"), out = integer_of(peers, "outbound");
    const std::int64_t wanted = integer_of(peers, "outbound_wanted");
    const std::string have = counted(in + out, "peer") + ", " + std::to_string(out) + " outbound";
    if (!flag_or(peers, "active", true))
        return {false, "peers", "switched off: `starling rpc setnetworkactive true`"};
    if (in + out == 0) {
        return {false, "peers",
                "none: give --bootnode; of peers named by hand check KEY, HOST and PORT"};
    }
    // Who knows of few nodes can have few, both may have dialled the other, and some of those known
    // have stopped: what is wrong shows where most of the dialling fails.
    if (2 * (std::min(wanted, known - in) - out) > wanted)
        return {false, "peers", have + " of " + std::to_string(wanted) + ": is TCP let out?"};
    return {true, "peers", have};
}

// What the node itself thinks of it; `starling peers` has the signs one by one.
Finding eclipse(const std::string& level, const JsonValue& eclipse) {
    const std::string seen =
        level + ", " + std::to_string(integer_of(eclipse, "gauge")) + " of 100";
    if (level == "calm") return {true, "eclipse", seen};
    if (level == "watch") return {false, "eclipse", seen + ": `starling peers` shows the signs"};
    return {false, "eclipse",
            seen + ": see `starling peers`, and --addnode a peer known otherwise"};
}

Finding tip(const JsonValue& tip, std::int64_t now) {
    const std::int64_t height = integer_of(tip, "height"), headers = integer_of(tip, "headers");
    const std::int64_t age = std::max<std::int64_t>(now - integer_of(tip, "time"), 0);
    const std::string at = "height " + std::to_string(height) + ", " + age_text(age) + " old";
    if (headers > height)
        return {false, "tip", at + ": catching up to " + std::to_string(headers) + "; wait"};
    if (const auto spacing = optional_integer(tip, "spacing");
        age > kTipSpacings * spacing.value_or(600))
        return {false, "tip", at + ": does anybody mine, and do we hear of it?"};
    return {true, "tip", at};
}

Finding disk(const JsonValue& disk) {
    const std::int64_t free = integer_of(disk, "free");
    const std::string text = bytes_text(free) + " free";
    if (free < kDiskBytes)
        return {false, "disk", text + ": make room, or move --datadir; a full disk stops the node"};
    return {true, "disk", text};
}

}  // namespace

std::vector<Finding> diagnosis(const JsonValue& report) {
    const std::int64_t now = integer_of(report, "time");
    std::vector<Finding> findings;
    if (const JsonValue* part = report.find("clock")) findings.push_back(clock(*part));
    const JsonValue* udp = report.find("udp");
    const bool discovery = udp != nullptr && flag_or(*udp, "discovery", true);
    if (discovery) {
        findings.push_back(udp_out(*udp, now));
        findings.push_back(udp_in(*udp, report.find("record"), now));
    } else if (udp != nullptr) {
        findings.push_back({true, "UDP", "not used: discovery is off, as you asked"});
    }
    if (const JsonValue* part = report.find("record")) findings.push_back(record(*part, discovery));
    const JsonValue* nodes = report.find("networks");
    if (nodes != nullptr) findings.push_back(networks(*nodes));
    const JsonValue* links = report.find("peers");
    const std::int64_t count =
        links == nullptr ? 0 : integer_of(*links, "inbound") + integer_of(*links, "outbound");
    if (const JsonValue* part = report.find("refused")) findings.push_back(refused(*part, count));
    const std::int64_t known = nodes == nullptr ? 0 : integer_of(*nodes, "ours");
    if (links != nullptr) findings.push_back(peers(*links, known));
    if (const JsonValue* part = report.find("eclipse")) {
        if (const auto level = optional_text(*part, "level"))
            findings.push_back(eclipse(*level, *part));
    }
    if (const JsonValue* part = report.find("tip")) findings.push_back(tip(*part, now));
    if (const JsonValue* part = report.find("disk")) findings.push_back(disk(*part));
    return findings;
}

std::string findings_text(const std::vector<Finding>& findings) {
    std::string out;
    for (const Finding& finding : findings) {
        const std::string subject =
            finding.subject +
            std::string(9 - std::min<std::size_t>(finding.subject.size(), 9), ' ');
        out += std::string(finding.ok ? "ok    " : "look  ") + subject + finding.says + "\n";
    }
    return out;
}

int doctor(const Session& session) {
    const std::vector<Finding> findings = diagnosis(session.client().call("getdoctor"));
    if (session.json()) {
        rpc::JsonWriter out;
        out.begin_array();
        for (const Finding& finding : findings) {
            out.begin_object().field("check", finding.subject).field("ok", finding.ok);
            out.field("says", finding.says).end_object();
        }
        say(out.end_array().take());
    } else {
        std::cout << findings_text(findings);
    }
    return std::ranges::all_of(findings, &Finding::ok) ? 0 : 1;
}

}  // namespace starling::wallet
