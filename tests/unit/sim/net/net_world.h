#pragma once

#include "sim/engine/stream.h"
#include "sim/environment.h"
#include "sim/host/archive.h"
#include "sim/net/internet.h"

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace starling::sim::test {

// A host that only remembers what it was told, and when.
struct FakeResident final : Resident {
    explicit FakeResident(const Events& of_world) : events(of_world) {}

    struct Got {
        p2p::PeerId peer;
        p2p::Message message;
        std::size_t bytes = 0;
        Moment when;
    };
    struct Came {
        p2p::discv5::DatagramReceived datagram;
        Moment when;
    };
    template <class T>
    struct At {
        T input;
        Moment when;
    };

    void connected(p2p::PeerConnected input) override { peers.push_back({input, events.now()}); }
    void dial_failed(p2p::DialFailed input) override { failed.push_back({input, events.now()}); }
    void received(p2p::MessageReceived input) override {
        got.push_back({input.peer, std::move(input.message), input.bytes, events.now()});
    }
    void lost(p2p::PeerLost input) override { losses.push_back({input, events.now()}); }
    void drained(p2p::SendBudget input) override { budgets.push_back({input, events.now()}); }
    void received(p2p::discv5::DatagramReceived input) override {
        datagrams.push_back({std::move(input), events.now()});
    }

    const Events& events;
    std::vector<At<p2p::PeerConnected>> peers;
    std::vector<At<p2p::DialFailed>> failed;
    std::vector<Got> got;
    std::vector<At<p2p::PeerLost>> losses;
    std::vector<At<p2p::SendBudget>> budgets;
    std::vector<Came> datagrams;
};

struct CountingObserver final : Observer {
    void connected(HostIndex, HostIndex) override { ++begun; }
    void disconnected(HostIndex, HostIndex) override { ++ended; }
    std::size_t begun = 0, ended = 0;
};

// Hosts 50 ms apart on fast lines, without jitter and loss, unless a test wants it otherwise.
inline Plan plain_plan(std::size_t hosts) {
    Plan plan;
    plan.settings.seed = 7;
    plan.settings.nodes = hosts;
    plan.settings.internet.latency = "uniform-50ms";
    plan.settings.internet.jitter_percent = 0;
    plan.settings.internet.datagram_loss = 0;
    for (HostIndex index = 0; index < hosts; ++index) {
        SecretKey secret{};
        secret[31] = static_cast<std::uint8_t>(index + 1);
        HostPlan host;
        host.index = index;
        host.identity = *p2p::Identity::from(secret);
        host.address = p2p::Endpoint::ipv4({10, 0, 0, static_cast<std::uint8_t>(index + 1)}, 8333);
        host.upload = host.download = 12'500'000;
        plan.hosts.push_back(host);
    }
    return plan;
}

struct NetWorld {
    explicit NetWorld(Plan of_world) : plan(std::move(of_world)), internet(environment) {
        observers.add(observer);
        for (const HostPlan& host : plan.hosts) {
            residents.push_back(std::make_unique<FakeResident>(events));
            internet.attach(host.index, residents.back().get());
        }
    }

    FakeResident& at(HostIndex host) { return *residents[host]; }
    void run(Span span) {
        const Moment end = events.now() + span;
        while (events.step(end)) {
        }
    }
    void dial(HostIndex from, HostIndex to) {
        internet.dial(from,
                      {.address = plan.hosts[to].address, .key = plan.hosts[to].identity.key});
    }
    // Connects them; the id at both ends.
    p2p::PeerId connect(HostIndex from, HostIndex to) {
        dial(from, to);
        run(std::chrono::seconds{3});
        return at(from).peers.back().input.peer;
    }
    void ping(HostIndex from, p2p::PeerId to, std::uint64_t nonce, std::size_t bytes = 32) {
        internet.send(from, to, p2p::Ping{nonce}, bytes);
    }
    // Of the pings that a host got, in order.
    std::vector<std::uint64_t> nonces(HostIndex host) {
        std::vector<std::uint64_t> out;
        for (const FakeResident::Got& got : at(host).got)
            out.push_back(std::get<p2p::Ping>(got.message).nonce);
        return out;
    }
    void datagram(HostIndex from, const p2p::Endpoint& to, std::size_t bytes = 100) {
        internet.send(from, p2p::discv5::Datagram{.to = to, .bytes = Bytes(bytes)});
    }

    Plan plan;
    Events events;
    Trace trace;
    Observers observers;
    CountingObserver observer;
    Stream chance{1};
    Archive archive{simulated_network(), chance};
    Environment environment{plan, simulated_network(), events, trace, observers, archive};
    Internet internet;
    std::vector<std::unique_ptr<FakeResident>> residents;
};

}  // namespace starling::sim::test
