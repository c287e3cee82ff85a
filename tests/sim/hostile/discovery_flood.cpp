#include "p2p/discovery/open_packet.h"
#include "p2p/discovery/packet.h"
#include "sim/engine/stream.h"
#include "sim/host/host.h"
#include "sim/hostile/behaviours.h"
#include "sim/hostile/disguises.h"

#include <optional>
#include <utility>
#include <variant>
#include <vector>

namespace starling::sim {
namespace {

namespace discv5 = p2p::discv5;

// Fills others' time and tables with nobodies: pings, questions and garbage in the names of many
// nodes of its own making, all at its own address; and answers every question for nodes with nodes
// that do not exist, each at an address of its own. Over the wire its nobodies are strangers whose
// packets cannot be read, and its machines' answers are true, for they are sealed.
class DiscoveryFlood final : public Behaviour {
public:
    static constexpr std::size_t kNames = 16;
    static constexpr std::size_t kNobodies = 32;
    static constexpr std::size_t kDatagramsATime = 20;
    static constexpr Span kInterval = std::chrono::seconds{2};

    explicit DiscoveryFlood(std::uint64_t seed) : stream_(seed) {}

    void started(Host& host) override {
        if (!names_.empty()) return;
        const Parameters& parameters = host.environment().parameters;
        names_ = make_disguises(kNames, host.plan().address, parameters, stream_);
        for (const Disguise& nobody : make_disguises(kNobodies, std::nullopt, parameters, stream_))
            nobodies_.push_back(nobody.record);
    }

    std::optional<Span> act(Host& host) override {
        const Plan& plan = host.environment().plan;
        for (std::size_t i = 0; i < kDatagramsATime; ++i) {
            const HostPlan& target = plan.hosts[stream_.below(plan.hosts.size())];
            if (target.index != host.index())
                host.send_raw(plan.settings.wire ? unreadable(target) : question(target));
        }
        return kInterval;
    }

    using Behaviour::lets_out;
    bool lets_out(Host&, discv5::Datagram& datagram) override {
        if (datagram.open == nullptr) return true;
        const auto* nodes = std::get_if<discv5::Nodes>(&datagram.open->message);
        if (nodes == nullptr) return true;
        discv5::Nodes lie{.id = nodes->id, .total = nodes->total, .records = {}, .checked = {}};
        // As many as fit into a datagram.
        constexpr std::size_t kRecords = 5;
        for (std::size_t i = 0; i < kRecords; ++i)
            lie.checked.push_back(nobodies_[stream_.below(nobodies_.size())]);
        const discv5::OpenPacket& honest = *datagram.open;
        datagram.open = std::make_shared<const discv5::OpenPacket>(honest.from, honest.to,
                                                                   honest.record, std::move(lie));
        return true;
    }

private:
    discv5::Datagram question(const HostPlan& target) {
        const Disguise& name = names_[stream_.below(names_.size())];
        const std::uint64_t serial = stream_.next();
        const auto byte = [&](unsigned shift) {
            return static_cast<std::uint8_t>(serial >> shift);
        };
        const discv5::RequestId id{byte(0), byte(8), byte(16), byte(24)};
        discv5::Message message = discv5::Ping{id, name.record->sequence()};
        if (stream_.below(2) != 0) message = discv5::FindNode{id, {256, 255, 254}};
        return {.to = target.address,
                .open = std::make_shared<const discv5::OpenPacket>(
                    name.identity.id, target.identity.id, name.record, std::move(message))};
    }

    // A packet of a stranger to be challenged, or nothing but chance.
    discv5::Datagram unreadable(const HostPlan& target) {
        Bytes noise(discv5::kPacketBytesMin + stream_.below(200));
        for (std::uint8_t& byte : noise)
            byte = static_cast<std::uint8_t>(stream_.below(256));
        if (stream_.below(2) == 0) return {.to = target.address, .bytes = std::move(noise)};
        discv5::Packet packet;
        packet.auth = discv5::OrdinaryAuth{names_[stream_.below(names_.size())].identity.id};
        packet.message = std::move(noise);
        return {.to = target.address, .bytes = encode_packet(packet, target.identity.id)};
    }

    Stream stream_;
    std::vector<Disguise> names_;
    std::vector<Shared<p2p::Record>> nobodies_;
};

}  // namespace

std::unique_ptr<Behaviour> discovery_flood(std::uint64_t seed) {
    return std::make_unique<DiscoveryFlood>(seed);
}

}  // namespace starling::sim
