#include "node/methods/services.h"

#include <cstdio>
#include <string>
#include <utility>

namespace starling::node {

void write_services(rpc::JsonWriter& out,
                    std::string_view bits_key,
                    std::string_view names_key,
                    std::uint64_t services) {
    constexpr std::pair<unsigned, std::string_view> kNames[] = {
        {0, "NETWORK"},          {2, "BLOOM"},   {3, "WITNESS"}, {6, "COMPACT_FILTERS"},
        {10, "NETWORK_LIMITED"}, {11, "P2P_V2"},
    };
    char bits[17];
    std::snprintf(bits, sizeof bits, "%016llx", static_cast<unsigned long long>(services));
    out.field(bits_key, bits).key(names_key).begin_array();
    for (unsigned bit = 0; bit < 64; ++bit) {
        if ((services >> bit & 1) == 0) continue;
        std::string name = "UNKNOWN[2^" + std::to_string(bit) + "]";
        for (const auto& [known, text] : kNames) {
            if (known == bit) name = text;
        }
        out.value(name);
    }
    out.end_array();
}

}  // namespace starling::node
