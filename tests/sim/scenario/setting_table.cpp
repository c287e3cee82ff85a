#include "sim/scenario/quantity.h"
#include "sim/scenario/setting.h"

#include <array>
#include <charconv>
#include <limits>
#include <type_traits>
#include <vector>

namespace starling::sim {

namespace {

using Kind = Setting::Kind;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

// `At` finds the field: it serves reading and writing, as a captureless lambda that takes Settings
// const or not.
template <auto At>
using FieldOf = std::remove_cvref_t<decltype(At(std::declval<Settings&>()))>;

// All of it is a whole number; digits only.
template <class Number>
bool read_whole(std::string_view text, Number& out) {
    Number number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return false;
    out = number;
    return true;
}

template <auto At>
constexpr Setting count(std::string_view section,
                        std::string_view name,
                        std::string_view unit,
                        std::string_view help) {
    return {
        section,
        name,
        Kind::number,
        unit,
        help,
        [](Settings& settings, std::string_view text) { return read_whole(text, At(settings)); },
        [](const Settings& settings) { return std::to_string(At(settings)); }};
}

template <auto At>
constexpr Setting percent(std::string_view section, std::string_view name, std::string_view help) {
    return {section,
            name,
            Kind::number,
            "percent",
            help,
            [](Settings& settings, std::string_view text) {
                if (text.ends_with('%')) text.remove_suffix(1);
                const auto share = parse_decimal(text, kPpm / 100);
                if (!share || *share > kPpm) return false;
                At(settings) = static_cast<Ppm>(*share);
                return true;
            },
            [](const Settings& settings) { return *decimal_text(At(settings), kPpm / 100); }};
}

template <auto At, std::int64_t UnitMicroseconds>
constexpr Setting span(std::string_view section,
                       std::string_view name,
                       std::string_view unit,
                       std::string_view help) {
    return {
        section,
        name,
        Kind::number,
        unit,
        help,
        [](Settings& settings, std::string_view text) {
            const auto read = parse_span(text, Span{UnitMicroseconds});
            if (read) At(settings) = *read;
            return read.has_value();
        },
        [](const Settings& settings) { return span_text(At(settings), Span{UnitMicroseconds}); }};
}

template <auto At>
constexpr Setting flag(std::string_view section, std::string_view name, std::string_view help) {
    return {section,
            name,
            Kind::flag,
            "true, false",
            help,
            [](Settings& settings, std::string_view text) {
                if (text != "true" && text != "false") return false;
                At(settings) = text == "true";
                return true;
            },
            [](const Settings& settings) { return std::string(At(settings) ? "true" : "false"); }};
}

template <class Enum>
struct Word {
    std::string_view text;
    Enum value;
};

template <auto At, const auto& Words>
constexpr Setting word(std::string_view section,
                       std::string_view name,
                       std::string_view values,
                       std::string_view help) {
    return {section,
            name,
            Kind::text,
            values,
            help,
            [](Settings& settings, std::string_view text) {
                for (const auto& known : Words) {
                    if (known.text != text) continue;
                    At(settings) = known.value;
                    return true;
                }
                return false;
            },
            [](const Settings& settings) {
                for (const auto& known : Words) {
                    if (known.value == At(settings)) return std::string(known.text);
                }
                return std::string();
            }};
}

constexpr std::array<Word<Signatures>, 3> kSignatures = {{{"automatic", Signatures::automatic},
                                                          {"real", Signatures::real},
                                                          {"assumed", Signatures::assumed}}};
constexpr std::array<Word<State>, 3> kStates = {
    {{"automatic", State::automatic}, {"own", State::own}, {"shared", State::shared}}};
constexpr std::array<Word<SessionModel>, 5> kSessions = {
    {{"always-on", SessionModel::always_on},
     {"exponential", SessionModel::exponential},
     {"kad", SessionModel::kad},
     {"ipfs", SessionModel::ipfs},
     {"bitcoin", SessionModel::bitcoin}}};

// The pieces between commas; none of an empty text.
std::vector<std::string_view> pieces(std::string_view text) {
    std::vector<std::string_view> out;
    while (!text.empty()) {
        const std::size_t comma = text.find(',');
        out.push_back(text.substr(0, comma));
        text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
    }
    return out;
}

bool read_hostile(Settings& settings, std::string_view text) {
    std::map<std::string, std::size_t> hostile;
    for (const std::string_view piece : pieces(text == "none" ? "" : text)) {
        const std::size_t equals = piece.find('=');
        std::size_t number = 0;
        if (equals == 0 || equals == std::string_view::npos) return false;
        if (!read_whole(piece.substr(equals + 1), number)) return false;
        if (number != 0) hostile[std::string(piece.substr(0, equals))] += number;
    }
    settings.hostile = std::move(hostile);
    return true;
}

std::string write_hostile(const Settings& settings) {
    std::string out;
    for (const auto& [name, number] : settings.hostile)
        out += (out.empty() ? "" : ",") + name + "=" + std::to_string(number);
    return out.empty() ? "none" : out;
}

// "all" is the default: nothing is left out. "none" leaves all faults out.
bool read_only_faults(Settings& settings, std::string_view text) {
    std::vector<std::uint32_t> faults;
    if (text != "none" && text != "all") {
        for (const std::string_view piece : pieces(text)) {
            if (!read_whole(piece, faults.emplace_back())) return false;
        }
    }
    settings.only_faults.reset();
    if (text != "all") settings.only_faults = std::move(faults);
    return true;
}

std::string write_only_faults(const Settings& settings) {
    if (!settings.only_faults) return "all";
    std::string out;
    for (const std::uint32_t number : *settings.only_faults)
        out += (out.empty() ? "" : ",") + std::to_string(number);
    return out.empty() ? "none" : out;
}

constexpr std::int64_t kMillisecond = 1'000;
constexpr std::int64_t kSecond = 1'000 * kMillisecond;
constexpr std::int64_t kMinute = 60 * kSecond;

// clang-format off
constexpr Setting kSettings[] = {
    count<[](auto& s) -> auto& { return s.seed; }>(
        "", "seed", "number", "where all chance comes from: equal settings, equal run"),
    count<[](auto& s) -> auto& { return s.nodes; }>(
        "", "nodes", "hosts", "how many hosts there are, hostile ones included"),
    span<[](auto& s) -> auto& { return s.duration; }, kMinute>(
        "", "minutes", "minutes", "virtual time that the run takes"),
    flag<[](auto& s) -> auto& { return s.swarm; }>(
        "", "swarm", "draw all other settings from the seed, but for those given"),
    flag<[](auto& s) -> auto& { return s.wire; }>(
        "", "wire", "bytes instead of messages: codecs, handshakes and torn reads run too"),
    word<[](auto& s) -> auto& { return s.signatures; }, kSignatures>(
        "", "signatures", "automatic, real, assumed",
        "check signatures, or answer after a drawn delay; automatic: real up to 100 hosts"),
    word<[](auto& s) -> auto& { return s.state; }, kStates>(
        "", "state", "automatic, own, shared",
        "each host connects each block itself, or one computes it for all; automatic: own up to "
        "100 hosts"),
    {"", "only-faults", Kind::numbers, "numbers, all, none",
     "of the faults drawn leave out all but these", read_only_faults, write_only_faults},

    {"internet", "latency", Kind::text, "simblock-2019, uniform-50ms",
     "table of regions: where hosts are, delays and bandwidths",
     [](Settings& settings, std::string_view text) {
         settings.internet.latency = text;
         return true;
     },
     [](const Settings& settings) { return settings.internet.latency; }},
    count<[](auto& s) -> auto& { return s.internet.jitter_percent; }>(
        "internet", "jitter", "percent", "of the delay, drawn anew for each message"),
    percent<[](auto& s) -> auto& { return s.internet.datagram_loss; }>(
        "internet", "loss", "datagrams that are lost"),
    percent<[](auto& s) -> auto& { return s.internet.undialable; }>(
        "internet", "undialable", "hosts behind a NAT, of kinds drawn"),
    count<[](auto& s) -> auto& { return s.internet.bandwidth_percent; }>(
        "internet", "bandwidth", "percent", "of the table's"),

    flag<[](auto& s) -> auto& { return s.overlay.discovery; }>(
        "overlay", "discovery", "hosts find their peers; otherwise the plan gives them"),
    count<[](auto& s) -> auto& { return s.overlay.outbound; }>(
        "overlay", "outbound", "connections", "a host makes; half as many for blocks alone"),
    count<[](auto& s) -> auto& { return s.overlay.inbound_max; }>(
        "overlay", "inbound-max", "connections", "that a host accepts at most"),
    count<[](auto& s) -> auto& { return s.overlay.bootnodes; }>(
        "overlay", "bootnodes", "hosts", "whose records all others begin with"),
    span<[](auto& s) -> auto& { return s.overlay.joining; }, kSecond>(
        "overlay", "joining", "seconds", "over which the hosts start"),

    span<[](auto& s) -> auto& { return s.load.block_interval; }, kSecond>(
        "load", "block-interval", "seconds", "mean, of all miners together; 0: no blocks"),
    count<[](auto& s) -> auto& { return s.load.miners; }>(
        "load", "miners", "hosts", "with a share of the hashes"),
    count<[](auto& s) -> auto& { return s.load.transactions_per_hour; }>(
        "load", "transactions-per-hour", "transactions", "mean, of all wallets together"),
    count<[](auto& s) -> auto& { return s.load.wallets; }>(
        "load", "wallets", "hosts", "that spend"),
    percent<[](auto& s) -> auto& { return s.load.burst; }>(
        "load", "burst", "moments of spending that are bursts of ten"),
    count<[](auto& s) -> auto& { return s.load.prehistory_blocks; }>(
        "load", "prehistory-blocks", "blocks",
        "that stand before the run, at least; as many as mature coins need there are"),

    word<[](auto& s) -> auto& { return s.churn.model; }, kSessions>(
        "churn", "model", "always-on, exponential, kad, ipfs, bitcoin",
        "how long hosts stay and are away"),
    span<[](auto& s) -> auto& { return s.churn.session; }, kMinute>(
        "churn", "session", "minutes", "mean stay; of `exponential` only"),
    span<[](auto& s) -> auto& { return s.churn.gap; }, kMinute>(
        "churn", "gap", "minutes", "mean absence; of `exponential` only"),
    percent<[](auto& s) -> auto& { return s.churn.crashes; }>(
        "churn", "crash-share", "leavings that are crashes"),

    span<[](auto& s) -> auto& { return s.hosts.clock_offset_max; }, kSecond>(
        "hosts", "clock-offset", "seconds", "that a host's clock is wrong at most, either way"),
    percent<[](auto& s) -> auto& { return s.hosts.slow; }>(
        "hosts", "slow", "hosts whose jobs take ten times as long"),
    span<[](auto& s) -> auto& { return s.hosts.job_mean; }, kMillisecond>(
        "hosts", "job-mean", "milliseconds", "mean time of a job, such as checking a block"),

    span<[](auto& s) -> auto& { return s.faults.faulty; }, kMinute>(
        "faults", "faulty", "minutes", "length of a phase of faults"),
    span<[](auto& s) -> auto& { return s.faults.healing; }, kMinute>(
        "faults", "healing", "minutes", "length of the phase after it, by whose end all agree"),
    count<[](auto& s) -> auto& { return s.faults.partitions; }>(
        "faults", "partitions", "an hour", "the network in two"),
    count<[](auto& s) -> auto& { return s.faults.one_way_partitions; }>(
        "faults", "one-way-partitions", "an hour", "what some send to the others is lost"),
    count<[](auto& s) -> auto& { return s.faults.clogs; }>(
        "faults", "clogs", "an hour", "nothing passes some hosts' lines for a while"),
    count<[](auto& s) -> auto& { return s.faults.crashes; }>(
        "faults", "crashes", "an hour", "a host loses its memory and its last commits"),
    count<[](auto& s) -> auto& { return s.faults.pauses; }>(
        "faults", "pauses", "an hour", "a host stands still, as by SIGSTOP"),
    count<[](auto& s) -> auto& { return s.faults.loss_bursts; }>(
        "faults", "loss-bursts", "an hour", "many datagrams are lost for a while"),

    {"", "hostile", Kind::counts, "behaviour=hosts",
     "hosts that misbehave, such as silent=2; may be repeated; address_flood, discovery_flood, "
     "eclipse, invalid_blocks, invalid_transactions, low_work_headers, lying_height, silent, "
     "slow, withholding",
     read_hostile, write_hostile},
};
// clang-format on

}  // namespace

std::span<const Setting> all_settings() {
    return kSettings;
}

}  // namespace starling::sim
