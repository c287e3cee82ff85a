#pragma once

#include "p2p/address_manager.h"
#include "support/identities.h"
#include "support/seeded_random.h"

#include <map>
#include <tuple>

namespace starling::test {

// Signing costs more than all the rest of such a test: each record is signed once.
inline Shared<p2p::Record> signed_once(std::uint64_t node,
                                       const p2p::Endpoint& tcp,
                                       std::uint64_t sequence = 1) {
    static std::map<std::tuple<std::uint64_t, p2p::Endpoint, std::uint64_t>, Shared<p2p::Record>>
        records;
    Shared<p2p::Record>& made = records[{node, tcp, sequence}];
    if (made == nullptr) made = record_of(identity(node), tcp, sequence);
    return made;
}

// The n-th address of the n-th public /16.
inline p2p::Endpoint address_in(std::uint64_t group, std::uint64_t n = 1) {
    return p2p::Endpoint::ipv4(
        {static_cast<std::uint8_t>(20 + group / 256), static_cast<std::uint8_t>(group % 256),
         static_cast<std::uint8_t>(n / 256), static_cast<std::uint8_t>(n % 256)},
        8'333);
}

// An address manager with what is around it.
struct KnownAddresses {
    explicit KnownAddresses(const Parameters& parameters = testnet(),
                            const p2p::Limits& given = {},
                            std::uint64_t seed = 1,
                            const p2p::Netgroups& netgroups = {})
        : limits(given),
          random(seed),
          manager(parameters, limits, p2p::pace_of(parameters), random, netgroups) {}

    bool propose(std::uint64_t node,
                 const p2p::Endpoint& at,
                 const p2p::Endpoint& source = {},
                 p2p::Origin origin = p2p::Origin::overlay) {
        return manager.propose({signed_once(node, at), origin, source}, now);
    }
    // As if the node had been dialled where it is known to be.
    void connected(std::uint64_t node) { manager.connected(identity(node).id, at(node), now); }
    void failed(std::uint64_t node, bool counted = true) {
        manager.failed(identity(node).id, at(node), now, counted);
    }
    [[nodiscard]] p2p::Endpoint at(std::uint64_t node) const {
        const auto record = manager.record_of(identity(node).id);
        return record == nullptr ? p2p::Endpoint{} : record->tcp().value();
    }
    [[nodiscard]] p2p::SavedAddresses saved() const {
        return p2p::decode_saved_addresses(manager.saved()).value();
    }
    [[nodiscard]] p2p::AddressBuckets buckets() const { return {saved().key, false}; }

    p2p::Limits limits;
    SeededRandom random;
    p2p::AddressManager manager;
    Time now{std::chrono::hours{24 * 365}};
};

}  // namespace starling::test
