#include "sim/hostile/disguises.h"

#include "p2p/identity/network_tag.h"
#include "p2p/netgroup.h"

namespace starling::sim {

p2p::Identity made_up_identity(Random& random) {
    while (true) {
        SecretKey secret{};
        for (std::uint8_t& byte : secret)
            byte = static_cast<std::uint8_t>(random.below(256));
        if (const auto identity = p2p::Identity::from(secret)) return *identity;
    }
}

p2p::Endpoint made_up_address(Random& random) {
    while (true) {
        const std::uint64_t word = random.next();
        const auto byte = [&](unsigned shift) { return static_cast<std::uint8_t>(word >> shift); };
        const auto endpoint =
            p2p::Endpoint::ipv4({byte(0), byte(8), byte(16), byte(24)}, regtest().p2p_port);
        if (!p2p::is_local_only(endpoint)) return endpoint;
    }
}

std::vector<Disguise> make_disguises(std::size_t count,
                                     const std::optional<p2p::Endpoint>& address,
                                     const Parameters& parameters,
                                     Random& random) {
    std::vector<Disguise> disguises;
    for (std::size_t i = 0; i < count; ++i) {
        const p2p::Identity identity = made_up_identity(random);
        p2p::RecordFields fields;
        fields.udp = address ? *address : made_up_address(random);
        fields.tcp = fields.udp;
        fields.network = p2p::network_tag(parameters);
        disguises.push_back({identity, p2p::Record::sign(fields, identity)});
    }
    return disguises;
}

}  // namespace starling::sim
