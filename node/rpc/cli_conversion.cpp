#include "node/rpc/cli_conversion.h"

#include <algorithm>

namespace starling::rpc {

namespace {

struct JsonParameter {
    std::string_view method;
    std::size_t place;
    std::string_view name;
    // A word that is no JSON is taken as a string: hash or height, mode or number.
    bool or_string = false;
};

// Bitcoin Core's vRPCConvertParams, the methods that are spoken here.
constexpr JsonParameter kJsonParameters[] = {
    {"disconnectnode", 1, "nodeid"},
    {"estimaterawfee", 0, "conf_target"},
    {"estimaterawfee", 1, "threshold"},
    {"estimatesmartfee", 0, "conf_target"},
    {"generateblock", 1, "transactions"},
    {"generateblock", 2, "submit"},
    {"generatetoaddress", 0, "nblocks"},
    {"generatetoaddress", 2, "maxtries"},
    {"getblock", 1, "verbosity"},
    {"getblock", 1, "verbose"},
    {"getblockhash", 0, "height"},
    {"getblockheader", 1, "verbose"},
    {"getblockstats", 0, "hash_or_height", true},
    {"getblockstats", 1, "stats"},
    {"getblocktemplate", 0, "template_request"},
    {"getmempoolancestors", 1, "verbose"},
    {"getmempooldescendants", 1, "verbose"},
    {"getnetworkhashps", 0, "nblocks"},
    {"getnetworkhashps", 1, "height"},
    {"getnodeaddresses", 0, "count"},
    {"getrawmempool", 0, "verbose"},
    {"getrawmempool", 1, "mempool_sequence"},
    {"getrawtransaction", 1, "verbosity"},
    {"getrawtransaction", 1, "verbose"},
    {"gettxout", 1, "n"},
    {"gettxout", 2, "include_mempool"},
    {"gettxoutproof", 0, "txids"},
    {"gettxoutsetinfo", 1, "hash_or_height", true},
    {"gettxoutsetinfo", 2, "use_index"},
    {"gettxspendingprevout", 0, "outputs"},
    {"decoderawtransaction", 1, "iswitness"},
    {"logging", 0, "include"},
    {"logging", 1, "exclude"},
    {"mockscheduler", 0, "delta_time"},
    {"scantxoutset", 1, "scanobjects"},
    {"sendrawtransaction", 1, "maxfeerate"},
    {"sendrawtransaction", 2, "maxburnamount"},
    {"setmocktime", 0, "timestamp"},
    {"setnetworkactive", 0, "state"},
    {"stop", 0, "wait"},
    {"submitpackage", 0, "package"},
    {"testmempoolaccept", 0, "rawtxs"},
    {"testmempoolaccept", 1, "maxfeerate"},
    {"verifychain", 0, "checklevel"},
    {"verifychain", 1, "nblocks"},
    {"waitforblock", 1, "timeout"},
    {"waitforblockheight", 0, "height"},
    {"waitforblockheight", 1, "timeout"},
    {"waitfornewblock", 0, "timeout"},
};

Result<JsonValue, std::string> converted(const JsonParameter* parameter, std::string word) {
    if (parameter == nullptr) return JsonValue::of_string(std::move(word));
    auto parsed = parse_json(word);
    if (parsed) return std::move(*parsed);
    if (parameter->or_string) return JsonValue::of_string(std::move(word));
    return Failure{"Error parsing JSON: " + word};
}

const JsonParameter* find(std::string_view method, std::size_t place) {
    const auto* end = std::end(kJsonParameters);
    const auto* it = std::find_if(std::begin(kJsonParameters), end, [&](const JsonParameter& p) {
        return p.method == method && p.place == place;
    });
    return it == end ? nullptr : it;
}

const JsonParameter* find(std::string_view method, std::string_view name) {
    const auto* end = std::end(kJsonParameters);
    const auto* it = std::find_if(std::begin(kJsonParameters), end, [&](const JsonParameter& p) {
        return p.method == method && p.name == name;
    });
    return it == end ? nullptr : it;
}

}  // namespace

Result<JsonValue, std::string> cli_parameters(std::string_view method,
                                              const std::vector<std::string>& words,
                                              bool named) {
    JsonValue positional = JsonValue::of_array({});
    JsonValue object{.type = JsonValue::Type::object};
    for (const std::string& word : words) {
        const std::size_t equals = named ? word.find('=') : std::string::npos;
        if (equals == std::string::npos) {
            auto value = converted(find(method, positional.items.size()), word);
            if (!value) return Failure{value.error()};
            positional.items.push_back(std::move(*value));
            continue;
        }
        const std::string name = word.substr(0, equals);
        auto value = converted(find(method, name), word.substr(equals + 1));
        if (!value) return Failure{value.error()};
        object.members.push_back({name, std::move(*value)});
    }
    if (!named) return positional;
    if (!positional.items.empty()) object.members.push_back({"args", std::move(positional)});
    return object;
}

}  // namespace starling::rpc
