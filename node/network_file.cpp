#include "node/network_file.h"

#include "consensus/check_block.h"
#include "consensus/hex.h"
#include "p2p/identity/record.h"

#define TOML_EXCEPTIONS 0
#include <algorithm>
#include <array>
#include <limits>
#include <string_view>
#include <toml++/toml.h>

namespace starling::node {

namespace {

constexpr std::array kKeys = {
    std::string_view("base"),
    std::string_view("name"),
    std::string_view("magic"),
    std::string_view("address_prefix"),
    std::string_view("p2p_port"),
    std::string_view("rpc_port"),
    std::string_view("spacing"),
    std::string_view("half_life"),
    std::string_view("limit_bits"),
    std::string_view("halving_interval"),
    std::string_view("bip54"),
    std::string_view("future_seconds_max"),
    std::string_view("genesis_time"),
    std::string_view("transaction_index"),
    std::string_view("genesis_message"),
    std::string_view("bootnodes"),
    std::string_view("bootstrap"),
    std::string_view("identity_bits"),
    std::string_view("subnet_bucket_max"),
    std::string_view("subnet_table_max"),
    std::string_view("group_bucket_max"),
    std::string_view("group_table_max"),
    std::string_view("subnet_lookup_max"),
    std::string_view("ids_per_address_max"),
    std::string_view("votes_min"),
    std::string_view("vote_groups_min"),
    std::string_view("loopback"),
    std::string_view("hasty"),
};

// Three seconds on average before it has an identity, with bad luck five times that; twice a bit.
constexpr std::uint8_t kIdentityBitsMax = 20;

// Reads one key after the other and remembers the first that is wrong.
class NetworkReader {
public:
    explicit NetworkReader(const toml::table& table) : table_(table) {}

    [[nodiscard]] bool has(std::string_view key) const { return table_.contains(key); }

    void text(std::string_view key, std::string& out) {
        if (!has(key)) return;
        const auto value = table_[key].value_exact<std::string>();
        value ? void(out = *value) : wrong(key);
    }

    void flag(std::string_view key, bool& out) {
        if (!has(key)) return;
        const auto value = table_[key].value_exact<bool>();
        value ? void(out = *value) : wrong(key);
    }

    void texts(std::string_view key, std::vector<std::string>& out) {
        if (!has(key)) return;
        const toml::array* const list = table_[key].as_array();
        if (list == nullptr) return wrong(key);
        out.clear();
        for (const toml::node& item : *list) {
            const auto text = item.value_exact<std::string>();
            if (!text) return wrong(key);
            out.push_back(*text);
        }
    }

    template <class Number>
    void number(std::string_view key, std::int64_t least, Number& out) {
        if (!has(key)) return;
        const auto value = table_[key].value_exact<std::int64_t>();
        constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<Number>::max());
        if (!value || *value < least || static_cast<std::uint64_t>(*value) > kMost)
            wrong(key);
        else
            out = static_cast<Number>(*value);
    }

    template <std::size_t N>
    void digits(std::string_view key, std::array<std::uint8_t, N>& out) {
        if (!has(key)) return;
        const auto bytes = from_hex(table_[key].value_or(std::string()));
        if (!bytes || bytes->size() != N) return wrong(key);
        std::ranges::copy(*bytes, out.begin());
    }

    void wrong(std::string_view key) {
        if (wrong_.empty()) wrong_ = "\"" + std::string(key) + "\" has a wrong value";
    }
    void wrong(std::string_view key, std::string_view value, std::string_view why) {
        if (wrong_.empty())
            wrong_ =
                "\"" + std::string(key) + "\": \"" + std::string(value) + "\": " + std::string(why);
    }
    void fail(std::string why) {
        if (wrong_.empty()) wrong_ = std::move(why);
    }
    [[nodiscard]] const std::string& failure() const { return wrong_; }

private:
    const toml::table& table_;
    std::string wrong_;
};

bool is_name(std::string_view name) {
    return !name.empty() && name.size() <= 32 && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
}

void read_genesis(NetworkReader& in, Parameters& network) {
    const bool limit_differs = network.genesis.header.bits != network.limit_bits;
    if (!in.has("genesis_message") && !in.has("genesis_time") && !limit_differs) return;
    std::string message = network.name;
    std::uint32_t time = network.genesis.header.time;
    in.text("genesis_message", message);
    in.number("genesis_time", 0, time);
    if (message.size() > 75) return in.wrong("genesis_message");
    const Bytes script = network.genesis.transactions[0]->outputs()[0].script_pubkey;
    network.genesis = genesis_block(
        {.message = message, .script_pubkey = script, .time = time, .bits = network.limit_bits});
    Header& header = network.genesis.header;
    // A limit so low that no nonce meets it would keep a machine busy for ever.
    while (!check_header_work(header, network).ok()) {
        if (++header.nonce > 50'000'000) return in.wrong("limit_bits");
    }
    network.genesis_hash = hash_of(header);
}

void read_rules(NetworkReader& in, Parameters& network) {
    in.text("name", network.name);
    if (!is_name(network.name)) in.wrong("name");
    in.text("address_prefix", network.address_prefix);
    if (!is_name(network.address_prefix)) in.wrong("address_prefix");
    in.digits("magic", network.magic);
    in.number("p2p_port", 1, network.p2p_port);
    in.number("rpc_port", 1, network.rpc_port);
    in.number("halving_interval", 1, network.halving_interval);
    in.number("future_seconds_max", 1, network.future_seconds_max);
    in.flag("bip54", network.bip54);
    in.flag("transaction_index", network.transaction_index);
    if (network.asert) {
        in.number("spacing", 1, network.asert->spacing);
        in.number("half_life", 1, network.asert->half_life);
        network.target_spacing = network.asert->spacing;
    } else if (in.has("spacing") || in.has("half_life")) {
        in.wrong("spacing");
    }
    std::array<std::uint8_t, 4> bits{};
    in.digits("limit_bits", bits);
    if (in.has("limit_bits")) {
        network.limit_bits = 0;
        for (const std::uint8_t byte : bits)
            network.limit_bits = network.limit_bits << 8 | byte;
    }
}

void read_overlay(NetworkReader& in, Parameters& network) {
    OverlayRules& rules = network.overlay;
    in.number("subnet_bucket_max", 1, rules.subnet_bucket_max);
    in.number("subnet_table_max", 1, rules.subnet_table_max);
    in.number("group_bucket_max", 1, rules.group_bucket_max);
    in.number("group_table_max", 1, rules.group_table_max);
    in.number("subnet_lookup_max", 1, rules.subnet_lookup_max);
    in.number("ids_per_address_max", 1, rules.ids_per_address_max);
    in.number("votes_min", 1, rules.votes_min);
    in.number("vote_groups_min", 1, rules.vote_groups_min);
    in.flag("loopback", rules.loopback);
    in.flag("hasty", rules.hasty);
    in.number("identity_bits", 0, network.identity_bits);
    if (network.identity_bits > kIdentityBitsMax) in.wrong("identity_bits");
}

void require_records(NetworkReader& in,
                     std::string_view key,
                     const std::vector<std::string>& texts) {
    for (const std::string& text : texts) {
        const auto record = p2p::Record::parse(text);
        if (!record) in.wrong(key, text, describe(record.error()));
    }
}

// One list is one source's; several are told apart by the table of their names.
void read_bootstrap(NetworkReader& in, const toml::table& table, Parameters& network) {
    network.bootstrap.clear();  // the base's know nothing of this network
    BootstrapSource unnamed{.name = network.name, .records = {}};
    in.texts("bootnodes", unnamed.records);
    require_records(in, "bootnodes", unnamed.records);
    if (!unnamed.records.empty()) network.bootstrap.push_back(std::move(unnamed));
    if (!in.has("bootstrap")) return;
    const toml::table* const sources = table["bootstrap"].as_table();
    if (sources == nullptr) return in.wrong("bootstrap");
    NetworkReader of_sources(*sources);
    for (const auto& [name, list] : *sources) {
        BootstrapSource source{.name = std::string(name.str()), .records = {}};
        of_sources.texts(name.str(), source.records);
        require_records(of_sources, name.str(), source.records);
        network.bootstrap.push_back(std::move(source));
    }
    if (!of_sources.failure().empty()) in.fail("bootstrap: " + of_sources.failure());
}

}  // namespace

Result<Parameters, std::string> read_network_file(const std::filesystem::path& file) {
    const toml::parse_result parsed = toml::parse_file(file.string());
    if (!parsed)
        return Failure{"--network " + file.string() + ": " +
                       std::string(parsed.error().description())};
    const toml::table& table = parsed.table();
    for (const auto& [key, node] : table) {
        if (std::ranges::find(kKeys, key.str()) == kKeys.end())
            return Failure{file.string() + ": there is no key \"" + std::string(key.str()) + "\""};
    }
    const Parameters* base = find_network(table["base"].value_or(std::string_view()));
    if (base == nullptr) return Failure{file.string() + ": base must be regtest, local or testnet"};
    Parameters network = *base;
    NetworkReader in(table);
    if (!in.has("name")) in.wrong("name");
    read_rules(in, network);
    read_overlay(in, network);
    read_bootstrap(in, table, network);
    if (in.failure().empty()) read_genesis(in, network);
    if (!in.failure().empty()) return Failure{file.string() + ": " + in.failure()};
    return network;
}

}  // namespace starling::node
