#include "node/config.h"

#include "node/atomic_file.h"
#include "node/network_file.h"
#include "p2p/asmap.h"

#include <algorithm>
#include <charconv>
#include <memory>
#include <thread>

namespace starling::node {

namespace {

namespace fs = std::filesystem;

constexpr std::uint16_t kNoPort = 0;

template <class Number>
std::optional<Number> parse_number(std::string_view text, Number least, Number most) {
    Number value{};
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    if (value < least || value > most) return std::nullopt;
    return value;
}

// An XDG folder: the variable, else a folder below the home.
fs::path xdg(const Lookup& lookup, const char* variable, const char* below_home) {
    if (const char* folder = lookup(variable); folder != nullptr && folder[0] == '/') return folder;
    const char* home = lookup("HOME");
    return fs::path(home == nullptr ? "." : home) / below_home;
}

// Where to listen. Port 0 takes a free one; it is none that a peer could have.
std::optional<p2p::Endpoint> parse_listen(std::string text, std::uint16_t default_port) {
    const bool free_port = text.ends_with(":0") && !text.ends_with("::0");
    if (free_port) text.back() = '1';
    auto endpoint = p2p::parse_endpoint(text, default_port);
    if (endpoint && free_port) endpoint->port = 0;
    return endpoint;
}

// Understands one setting after the other; the first that is wrong is kept.
class ConfigReader {
public:
    explicit ConfigReader(const Settings& settings) : settings_(settings) {}

    [[nodiscard]] const std::string* text(std::string_view name) const {
        const auto at = settings_.find(name);
        return at == settings_.end() || at->second.empty() ? nullptr : &at->second.back();
    }
    [[nodiscard]] std::vector<std::string> list(std::string_view name) const {
        const auto at = settings_.find(name);
        return at == settings_.end() ? std::vector<std::string>{} : at->second;
    }
    void address(std::string_view name, std::uint16_t port, p2p::Endpoint& out) {
        const std::string* value = text(name);
        if (value == nullptr) return;
        const auto endpoint = parse_listen(*value, port);
        endpoint ? void(out = *endpoint) : wrong(name, *value);
    }
    void peers(std::string_view name, Config& config) {
        const auto links = config.plain ? p2p::LinkKind::plain : p2p::LinkKind::encrypted;
        for (const std::string& value : list(name)) {
            const auto peer = p2p::parse_peer_address(value, config.parameters, links);
            peer ? config.peers.push_back(*peer) : fail(name, peer.error());
        }
    }
    void bootstrap(std::string_view name, const BootstrapSource& of, Config& config) {
        p2p::BootstrapNodes& out = config.bootstrap.emplace_back();
        out.source = of.name;
        for (const std::string& text : of.records) {
            const auto record = p2p::Record::parse(text);
            record ? out.nodes.push_back(*record)
                   : fail(name, "\"" + text + "\" is no whole node record: " +
                                    std::string(describe(record.error())));
        }
    }
    void flag(std::string_view name, bool& out) {
        const std::string* value = text(name);
        if (value == nullptr) return;
        if (*value == "1" || *value == "true" || *value == "yes")
            out = true;
        else if (*value == "0" || *value == "false" || *value == "no")
            out = false;
        else
            wrong(name, *value);
    }
    template <class Number>
    void number(std::string_view name, Number least, Number most, Number& out) {
        const std::string* value = text(name);
        if (value == nullptr) return;
        const auto parsed = parse_number<Number>(*value, least, most);
        parsed ? void(out = *parsed) : wrong(name, *value);
    }
    template <class Choice>
    void choice(std::string_view name,
                std::initializer_list<std::pair<std::string_view, Choice>> choices,
                Choice& out) {
        const std::string* value = text(name);
        if (value == nullptr) return;
        for (const auto& [word, meaning] : choices) {
            if (*value != word) continue;
            out = meaning;
            return;
        }
        wrong(name, *value);
    }
    void wrong(std::string_view name, std::string_view value) {
        std::string why = "\"" + std::string(value) + "\" is not understood";
        for (const Setting& setting : known_settings())
            if (setting.name == name) why += "; wanted: " + std::string(setting.help);
        fail(name, why);
    }
    void fail(std::string_view name, const std::string& why) {
        if (failure_.empty()) failure_ = "--" + std::string(name) + ": " + why;
    }
    [[nodiscard]] const std::string& failure() const { return failure_; }

private:
    const Settings& settings_;
    std::string failure_;
};

Result<Parameters, std::string> read_network(const std::string* name) {
    if (name == nullptr) return local();  // as `starling` does
    if (const Parameters* ours = find_network(*name)) return *ours;
    if (!fs::is_regular_file(*name))
        return Failure{"--network: \"" + *name +
                       "\" is neither regtest, local, testnet nor the file of a network"};
    return read_network_file(*name);
}

void read_mining(ConfigReader& in, Config& config) {
    const std::string* address = in.text("mine");
    if (address == nullptr) return;
    config.mine = MineOptions{*address, std::chrono::seconds{config.parameters.target_spacing}};
    const std::string* interval = in.text("mine-interval");
    if (interval == nullptr) return;
    config.mine->interval = parse_duration(*interval);
    if (!config.mine->interval && *interval != "on-tx") in.wrong("mine-interval", *interval);
}

void read_addresses(ConfigReader& in, Config& config) {
    const Parameters& network = config.parameters;
    // Nothing listens beyond this machine unless somebody says so.
    const std::string* listen = in.text("listen");
    if (listen == nullptr || *listen != "off") {
        config.listen = p2p::parse_endpoint("127.0.0.1", network.p2p_port);
        in.address("listen", network.p2p_port, *config.listen);
    }
    config.rpc = *p2p::parse_endpoint("127.0.0.1", network.rpc_port);
    in.address("rpc", network.rpc_port, config.rpc);
    if (in.text("metrics") != nullptr) {
        config.metrics = p2p::Endpoint{};
        in.address("metrics", 9'332, *config.metrics);
    }
    if (const std::string* external = in.text("external")) {
        // Without a port it is the one that is listened at, known only then.
        config.external = p2p::parse_endpoint(*external, kNoPort);
        if (!config.external) in.wrong("external", *external);
    }
}

void read_asmap(ConfigReader& in, Config& config) {
    const std::string* file = in.text("asmap");
    if (file == nullptr) return;
    auto bytes = read_file(*file, p2p::Asmap::kBytesMax);
    if (!bytes)
        return in.fail("asmap", "\"" + *file + "\" cannot be read, or is larger than " +
                                    std::to_string(p2p::Asmap::kBytesMax) + " bytes");
    auto map = p2p::Asmap::decode(std::move(*bytes));
    if (!map)
        return in.fail("asmap",
                       "\"" + *file + "\" is no asmap file: " + std::string(describe(map.error())));
    config.netgroups = p2p::Netgroups(std::make_shared<const p2p::Asmap>(*std::move(map)));
}

void read_peers(ConfigReader& in, Config& config) {
    in.flag("plain", config.plain);
    if (config.plain && !config.parameters.plain_transport)
        in.fail("plain", config.parameters.name + " has encrypted links only");
    in.peers("connect", config);
    in.peers("addnode", config);
    config.only_given_peers = !in.list("connect").empty();
    for (const std::string& record : in.list("bootnode"))
        in.bootstrap("bootnode", {.name = "--bootnode", .records = {record}}, config);
    for (const BootstrapSource& source : config.parameters.bootstrap)
        in.bootstrap("network", source, config);
    config.lan = in.list("lan");
    in.flag("discovery", config.discovery);
    if (config.plain && !(in.list("bootnode").empty() && config.lan.empty()))
        in.fail("plain", "discovery needs encrypted links: no --bootnode and no --lan with it");
    if (!config.discovery && !(in.list("bootnode").empty() && config.lan.empty()))
        in.fail("no-discovery", "nobody is sought: no --bootnode and no --lan with it");
    if (config.plain) config.discovery = false;
    // More than any process has descriptors for: the daemon lowers it to what it has.
    in.number<std::size_t>("max-inbound", 0, 100'000, config.inbound_max);
    in.number("group-first-share", 0u, 100u, config.group_first_percent);
}

Result<Config, std::string> understood(const Settings& settings, const Lookup& lookup) {
    ConfigReader in(settings);
    auto network = read_network(in.text("network"));
    if (!network) return Failure{network.error()};
    Config config{.parameters = std::move(*network)};
    const std::string* datadir = in.text("datadir");
    config.datadir = datadir != nullptr ? fs::path(*datadir)
                                        : xdg(lookup, "XDG_DATA_HOME", ".local/share") / "starling";
    read_addresses(in, config);
    read_peers(in, config);
    read_asmap(in, config);
    read_mining(in, config);
    config.rpcauth = in.list("rpcauth");
    config.transaction_index = config.parameters.transaction_index;
    in.flag("txindex", config.transaction_index);

    // Below 4 MiB not even one full block fits; above half a TiB it is a slip of the hand.
    std::size_t mebibytes = config.memory_bytes >> 20;
    in.number<std::size_t>("dbcache", 4, 1u << 19, mebibytes);
    config.memory_bytes = mebibytes << 20;

    std::size_t threads = 0;
    in.number<std::size_t>("par", 0, 256, threads);
    config.threads =
        threads != 0 ? threads : std::max<std::size_t>(1, std::thread::hardware_concurrency());

    in.choice<LogLevel>("log-level",
                        {{"debug", LogLevel::debug},
                         {"info", LogLevel::info},
                         {"warning", LogLevel::warning},
                         {"error", LogLevel::error}},
                        config.log_level);
    in.choice<LogFormat>("log-format", {{"text", LogFormat::text}, {"json", LogFormat::json}},
                         config.log_format);
    if (!in.failure().empty()) return Failure{in.failure()};
    return config;
}

}  // namespace

Result<Config, std::string> configured(const Settings& flags,
                                       const std::optional<fs::path>& conf,
                                       const Lookup& lookup) {
    Settings settings = flags;
    const fs::path file =
        conf ? *conf : xdg(lookup, "XDG_CONFIG_HOME", ".config") / "starling/starlingd.toml";
    if (conf || fs::is_regular_file(file)) {
        auto from_file = read_toml(file);
        if (!from_file) return Failure{from_file.error()};
        settings = merged(std::move(settings), *from_file);
    }
    return understood(merged(std::move(settings), read_environment(lookup)), lookup);
}

std::optional<Duration> parse_duration(std::string_view text) {
    std::int64_t unit = 1'000;
    if (text.ends_with("ms")) {
        unit = 1;
        text.remove_suffix(2);
    } else if (text.ends_with("s")) {
        text.remove_suffix(1);
    } else if (text.ends_with("m")) {
        unit = 60'000;
        text.remove_suffix(1);
    }
    constexpr std::int64_t kDay = 86'400'000;
    const auto count = parse_number<std::int64_t>(text, 1, kDay / unit);
    if (!count) return std::nullopt;
    return Duration{*count * unit};
}

}  // namespace starling::node
