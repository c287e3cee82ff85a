#include "node/settings.h"

#define TOML_EXCEPTIONS 0
#include <algorithm>
#include <cctype>
#include <optional>
#include <sstream>
#include <toml++/toml.h>

namespace starling::node {

namespace {

using Kind = Setting::Kind;

constexpr Setting kSettings[] = {
    {"network", Kind::value, "regtest, local (the default), testnet, or a network's TOML file"},
    {"datadir", Kind::value, "folder of all networks' files"},
    {"listen", Kind::value, "HOST:PORT for peers; port 0 takes a free one; \"off\" for none"},
    {"rpc", Kind::value, "HOST:PORT for JSON-RPC; port 0 takes a free one"},
    {"metrics", Kind::value, "HOST:PORT for /metrics without a password, beside the RPC's"},
    {"external", Kind::value, "HOST[:PORT] where others reach us, for our node record"},
    {"connect", Kind::list,
     "peer to keep a connection to, and seek no others: KEY@HOST:PORT, enr:"},
    {"addnode", Kind::list, "peer to keep a connection to: KEY@HOST:PORT or its record enr:..."},
    {"bootnode", Kind::list, "node record (enr:...) from which to find the network"},
    {"discovery", Kind::flag, "find peers by discovery: the default"},
    {"lan", Kind::list, "network interface on which to find nodes by multicast"},
    {"asmap", Kind::value, "file of AS numbers by address, in Bitcoin Core's asmap format"},
    {"max-inbound", Kind::value,
     "connections that others may open to us: 24, twice our own; no more than files allow"},
    {"group-first-share", Kind::value,
     "percent of our own connections that are drawn by network first, address second: 100"},
    {"plain", Kind::flag, "unencrypted links, for tests: peers are HOST:PORT, no discovery"},
    {"rpcauth", Kind::list, "USER:SALT$HASH of a person who may use the RPC"},
    {"mine", Kind::value, "ADDRESS that is paid for blocks mined here"},
    {"mine-interval", Kind::value, "seconds between our blocks (10s), or on-tx"},
    {"txindex", Kind::flag, "keep an index of all transactions"},
    {"dbcache", Kind::value, "MiB of memory for the ledger's state"},
    {"par", Kind::value, "worker threads; 0 takes one a core"},
    {"log-level", Kind::value, "debug, info, warning or error"},
    {"log-format", Kind::value, "text or json"},
};

const Setting* find_setting(std::string_view name) {
    const auto* const at = std::ranges::find(kSettings, name, &Setting::name);
    return at == std::end(kSettings) ? nullptr : at;
}

std::optional<std::string> text_of(const toml::node& node) {
    if (const auto* text = node.as_string()) return text->get();
    if (const auto* number = node.as_integer()) return std::to_string(number->get());
    if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
    return std::nullopt;
}

std::optional<std::vector<std::string>> texts_of(const toml::node& node) {
    std::vector<std::string> out;
    if (const auto* list = node.as_array()) {
        for (const toml::node& item : *list) {
            const auto text = text_of(item);
            if (!text) return std::nullopt;
            out.push_back(*text);
        }
        return out;
    }
    const auto text = text_of(node);
    if (!text) return std::nullopt;
    out.push_back(*text);
    return out;
}

std::string variable_of(std::string_view name) {
    std::string out = "STARLING_";
    for (const char c : name)
        out += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return out;
}

}  // namespace

std::span<const Setting> known_settings() {
    return kSettings;
}

Result<Settings, std::string> read_toml(const std::filesystem::path& file) {
    const toml::parse_result parsed = toml::parse_file(file.string());
    if (!parsed) {
        const toml::parse_error& error = parsed.error();
        return Failure{file.string() + ":" + std::to_string(error.source().begin.line) + ": " +
                       std::string(error.description())};
    }
    Settings out;
    for (const auto& [key, node] : parsed.table()) {
        const std::string name(key.str());
        const Setting* setting = find_setting(name);
        if (setting == nullptr)
            return Failure{file.string() + ": there is no setting \"" + name + "\""};
        const auto texts = texts_of(node);
        if (!texts || (texts->size() != 1 && setting->kind != Kind::list))
            return Failure{file.string() + ": \"" + name + "\" has a value of the wrong kind"};
        out[name] = *texts;
    }
    return out;
}

Settings read_environment(const std::function<const char*(const char*)>& lookup) {
    Settings out;
    for (const Setting& setting : kSettings) {
        const char* value = lookup(variable_of(setting.name).c_str());
        if (value == nullptr || *value == '\0') continue;
        std::vector<std::string>& values = out[std::string(setting.name)];
        if (setting.kind != Kind::list) {
            values.emplace_back(value);
            continue;
        }
        std::istringstream in(value);
        for (std::string item; std::getline(in, item, ',');)
            values.push_back(item);
    }
    return out;
}

Settings merged(Settings higher, const Settings& lower) {
    higher.insert(lower.begin(), lower.end());
    return higher;
}

}  // namespace starling::node
