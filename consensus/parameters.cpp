#include "consensus/parameters.h"

#include "consensus/serialize.h"

namespace starling {

const Parameters* find_network(std::string_view name) {
    for (const Parameters* known : {&regtest(), &local(), &testnet()}) {
        if (known->name == name) return known;
    }
    return nullptr;
}

Bytes serialized(const Parameters& parameters) {
    const auto text = [](const std::string& s) { return Bytes(s.begin(), s.end()); };
    const Asert asert = parameters.asert.value_or(Asert{});
    Writer out;
    out.sized_bytes(text(parameters.name));
    out.bytes(parameters.magic);
    out.sized_bytes(text(parameters.address_prefix));
    out.sized_bytes(serialized(parameters.genesis));
    out.u32(parameters.limit_bits);
    out.u8(parameters.asert ? 1 : 0);
    out.i64(asert.spacing);
    out.i64(asert.half_life);
    out.i64(parameters.future_seconds_max);
    out.i32(parameters.halving_interval);
    out.u8(parameters.bip54 ? 1 : 0);
    out.u8(parameters.identity_bits);
    return out.take();
}

Amount subsidy(Height height, const Parameters& parameters) {
    constexpr Amount kFirst{50 * kCoin.units};
    const std::int32_t halvings = height.value / parameters.halving_interval;
    return halvings < 63 ? Amount{kFirst.units >> halvings} : Amount{};
}

}  // namespace starling
