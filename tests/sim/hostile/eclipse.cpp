#include "p2p/identity/network_tag.h"
#include "sim/engine/stream.h"
#include "sim/hostile/behaviours.h"
#include "sim/hostile/crowd.h"
#include "sim/hostile/targets.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

namespace starling::sim {
namespace {

namespace discv5 = p2p::discv5;

// Wants to be all that others see. All hosts that behave so are of one owner: their addresses are
// of one /16 (plan.cpp), each has many identities, all of which live; lookups are answered with
// each other, and so is who asks for records; every open host is called and kept. What it gets for
// it, it uses to keep blocks and transactions from whom it surrounds: it announces nothing and
// sends nothing of them, answers pings, and half of these hosts show headers, so that they are
// asked first. Over the wire its identities are one a host, for sessions are sealed.
class Eclipse final : public Behaviour {
public:
    static constexpr std::size_t kIdentities = 16;  // a host, beside its own
    static constexpr Span kInterval = std::chrono::seconds{30};
    // Of a peer one in ten seconds is taken without offence (RecordExchange).
    static constexpr std::size_t kToldATime = 3;
    // As many as anybody may ask to keep (p2p::Limits::manual_max).
    static constexpr std::size_t kCalledMax = 128;

    explicit Eclipse(std::uint64_t seed) : stream_(seed), shows_headers_(stream_.below(2) == 0) {}

    void started(Host& host) override {
        if (crowd_.members().empty()) crowd_ = crowd_of(host.environment());
        has_called_ = false;
    }

    std::optional<Span> act(Host& host) override {
        if (!host.joined()) return kInterval;
        if (!std::exchange(has_called_, true)) call_all(host);
        for (const p2p::PeerView& peer : host.gossip().peers()) {
            if (!peer.ready || !peer.key) continue;
            p2p::Records told;
            for (std::size_t i = 0; i < kToldATime; ++i)
                told.records.emplace_back(crowd_.members()[any_member()].record);
            host.send_raw(peer.id, std::move(told));
        }
        const Plan& plan = host.environment().plan;
        if (plan.settings.wire) return kInterval;
        for (const HostPlan& other : plan.hosts) {
            const std::size_t member = any_member();
            if (other.honest() && at_home(host, member))
                host.send_raw(crowd_.ping(member, other.identity.id, other.address));
        }
        return kInterval;
    }

    using Behaviour::lets_in;
    bool lets_in(Host& host, const discv5::DatagramReceived& datagram) override {
        if (datagram.open == nullptr || !crowd_.contains(datagram.open->to)) return true;
        const bool own = datagram.open->to == host.plan().identity.id;
        // Its own machine lives by itself, and is asked for nodes in vain.
        if (own && !std::holds_alternative<discv5::FindNode>(datagram.open->message)) return true;
        for (discv5::Datagram& answer : crowd_.answer(datagram))
            host.send_raw(std::move(answer));
        return false;
    }

    using Behaviour::lets_out;
    bool lets_out(Host&, p2p::Send& send) override {
        if (auto* headers = std::get_if<p2p::Headers>(&send.message); headers && !shows_headers_)
            headers->headers.clear();
        if (auto* told = std::get_if<p2p::Records>(&send.message)) {
            told->records.clear();
            for (std::size_t i = 0; i < p2p::Records::kCountMax; ++i)
                told->records.emplace_back(crowd_.members()[any_member()].record);
        }
        return !std::holds_alternative<p2p::Inv>(send.message) &&
               !std::holds_alternative<p2p::Tx>(send.message) &&
               !std::holds_alternative<p2p::NotFound>(send.message);
    }
    bool lets_out(Host&, p2p::SendBody&) override { return false; }

private:
    static void call_all(Host& host) {
        std::size_t called = 0;
        for (const HostPlan& other : host.environment().plan.hosts) {
            if (!other.honest() || other.nat != Nat::open || ++called > kCalledMax) continue;
            host.tell(
                p2p::PeerAdded{.address = other.address, .keep = true, .key = other.identity.key});
        }
    }
    // The same at each of these hosts: their own identities and what each draws besides.
    static Crowd crowd_of(const Environment& environment) {
        std::vector<Disguise> members;
        for (const HostPlan& host : environment.plan.hosts) {
            if (host.behaviour != kEclipse) continue;
            const p2p::RecordFields fields{.udp = host.address,
                                           .tcp = host.address,
                                           .network = p2p::network_tag(environment.parameters)};
            members.push_back({host.identity, p2p::Record::sign(fields, host.identity)});
            Stream stream = stream_of(environment.plan.settings.seed, "eclipse", host.index);
            for (Disguise& one :
                 make_disguises(kIdentities, host.address, environment.parameters, stream))
                members.push_back(std::move(one));
        }
        return Crowd(std::move(members));
    }
    std::size_t any_member() { return stream_.below(crowd_.members().size()); }
    // Nobody sends from an address that is not his.
    [[nodiscard]] bool at_home(const Host& host, std::size_t member) const {
        return crowd_.members()[member].record->udp() == host.plan().address;
    }

    Stream stream_;
    bool shows_headers_;
    bool has_called_ = false;  // since it started
    Crowd crowd_;
};

}  // namespace

std::unique_ptr<Behaviour> eclipse(std::uint64_t seed) {
    return std::make_unique<Eclipse>(seed);
}

}  // namespace starling::sim
