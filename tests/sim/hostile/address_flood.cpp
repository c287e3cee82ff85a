#include "p2p/message.h"
#include "sim/engine/stream.h"
#include "sim/hostile/behaviours.h"
#include "sim/hostile/disguises.h"
#include "sim/hostile/targets.h"

#include <optional>
#include <variant>
#include <vector>

namespace starling::sim {
namespace {

// Tells every peer of a thousand nodes that do not exist, again and again: by addresses where links
// prove nothing, and by records that it signed itself; and tells of nobody else when it is asked.
class AddressFlood final : public Behaviour {
public:
    static constexpr Span kInterval = std::chrono::seconds{10};
    // One message after the other of the format's most, until it is dropped for it.
    static constexpr std::size_t kNobodies = p2p::Records::kCountMax;

    explicit AddressFlood(std::uint64_t seed) : stream_(seed) {}

    void started(Host& host) override {
        if (!nobodies_.records.empty()) return;
        for (const Disguise& disguise :
             make_disguises(kNobodies, std::nullopt, host.environment().parameters, stream_))
            nobodies_.records.push_back(disguise.record);
    }

    std::optional<Span> act(Host& host) override {
        for (const p2p::PeerView& peer : host.gossip().peers()) {
            if (!peer.ready) continue;
            if (turn_ % 2 == 0 || !peer.key) host.send_raw(peer.id, made_up_addresses());
            if (turn_ % 2 == 1 && peer.key) host.send_raw(peer.id, nobodies_);
        }
        ++turn_;
        return kInterval;
    }

    using Behaviour::lets_out;
    bool lets_out(Host&, p2p::Send& send) override {
        if (std::holds_alternative<p2p::Records>(send.message)) send.message = nobodies_;
        return true;
    }

private:
    p2p::AddrV2 made_up_addresses() {
        p2p::AddrV2 message;
        message.entries.reserve(p2p::AddrV2::kEntriesMax);
        while (message.entries.size() < p2p::AddrV2::kEntriesMax)
            message.entries.push_back(
                {0, p2p::kServiceNetwork | p2p::kServiceWitness, made_up_address(stream_)});
        return message;
    }

    Stream stream_;
    p2p::Records nobodies_;
    std::uint64_t turn_ = 0;
};

}  // namespace

std::unique_ptr<Behaviour> address_flood(std::uint64_t seed) {
    return std::make_unique<AddressFlood>(seed);
}

}  // namespace starling::sim
