#pragma once

#include "consensus/parameters.h"
#include "p2p/discovery/discovery.h"
#include "p2p/discovery/open_packet.h"
#include "support/identities.h"
#include "support/seeded_random.h"

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace starling::test {

namespace discv5 = p2p::discv5;

// An identity that a number names.
// Discovery machines, joined by a network of datagrams that takes time, loses and repeats, under
// one virtual clock. A node's address is its own alone; nobody is behind it once the node is gone.
class DiscoveryWorld {
public:
    using Index = std::size_t;

    explicit DiscoveryWorld(std::uint64_t seed = 1) : chance_(seed), seed_(seed) {}

    // In the network of `parameters`; knows only `bootnodes` and `saved`.
    struct Birth {
        const Parameters* parameters = &local();
        std::vector<Shared<p2p::Record>> bootnodes{};  // of one source
        std::vector<p2p::BootstrapNodes> sources{};    // others
        Bytes saved{};
        std::optional<p2p::Endpoint> address{};   // none: 10.x.y.1 by index
        bool knows_address = true;                // else only its port
        std::optional<p2p::Identity> identity{};  // none: one of its own by index and seed
    };
    Index add(const Birth& birth) {
        const Index i = nodes_.size();
        nodes_.push_back(std::make_unique<Node>());
        nodes_[i]->identity = birth.identity.value_or(test::identity(i + 1 + seed_ * 1'000));
        nodes_[i]->address = birth.address.value_or(address_of(i));
        start(i, birth);
        return i;
    }
    // The same key at the same address, with what it had saved.
    void restart(Index i, Birth birth) {
        birth.address = nodes_[i]->address;
        start(i, birth);
    }
    void stop(Index i) { nodes_[i]->machine.reset(); }

    static p2p::Endpoint address_of(Index i) {
        return p2p::Endpoint::ipv4(
            {10, static_cast<std::uint8_t>(i / 200), static_cast<std::uint8_t>(i % 200), 1}, 9'000);
    }

    [[nodiscard]] Time now() const { return now_; }
    [[nodiscard]] discv5::Discovery& operator[](Index i) { return *nodes_[i]->machine; }
    [[nodiscard]] const p2p::Endpoint& address(Index i) const { return nodes_[i]->address; }
    [[nodiscard]] const p2p::Identity& identity(Index i) const { return nodes_[i]->identity; }
    [[nodiscard]] const std::vector<discv5::Effect>& effects(Index i) const {
        return nodes_[i]->effects;
    }
    [[nodiscard]] bool knows(Index a, Index b) const {
        return nodes_[a]->machine->table().find(nodes_[b]->identity.id) != nullptr;
    }
    [[nodiscard]] std::size_t size() const { return nodes_.size(); }
    [[nodiscard]] const std::vector<std::string>& trace() const { return trace_; }
    [[nodiscard]] std::size_t wakeups() const { return wakeups_; }

    void feed(Index i, discv5::Input input) {
        std::vector<discv5::Effect> effects;
        nodes_[i]->machine->handle(std::move(input), now_, effects);
        carry_out(i, std::move(effects));
    }
    // A datagram from outside the world; answers to it go to `outside`.
    void inject(const p2p::Endpoint& from, Index to, Bytes datagram) {
        feed(to, discv5::DatagramReceived{from, std::move(datagram)});
    }

    void run_for(Duration duration) {
        const Time end = now_ + duration;
        while (step(end)) {
        }
        now_ = end;
    }
    // True as soon as it holds, false if it does not within the time.
    bool run_until(const std::function<bool()>& holds, Duration within) {
        const Time end = now_ + within;
        while (!holds()) {
            const Time next = std::min(end, now_ + std::chrono::milliseconds{50});
            while (step(next)) {
            }
            now_ = next;
            if (now_ == end) return holds();
        }
        return true;
    }

    // Who listens at addresses that are no node's.
    std::function<void(Index from, const discv5::Datagram&)> outside = [](auto, const auto&) {};
    unsigned lost_per_mille = 0, repeated_per_mille = 0;
    Duration delay_min = std::chrono::milliseconds{5}, delay_max = std::chrono::milliseconds{30};
    std::size_t bytes = 0;  // sent by all
    bool traced = false;
    discv5::WireKind wire = discv5::WireKind::sealed;  // of those that are added from now on

private:
    struct Node {
        p2p::Identity identity;
        p2p::Endpoint address;
        std::unique_ptr<SeededRandom> random;
        std::unique_ptr<discv5::Discovery> machine;  // null: gone
        std::vector<discv5::Effect> effects;         // but datagrams
    };
    struct Flight {
        Index from;
        discv5::Datagram datagram;
    };

    void start(Index i, const Birth& birth) {
        Node& node = *nodes_[i];
        node.random = std::make_unique<SeededRandom>(chance_.next());
        node.effects.clear();
        node.machine = std::make_unique<discv5::Discovery>(*birth.parameters, node.identity,
                                                           discv5::Limits{}, *node.random, wire);
        discv5::Start start;
        const p2p::Endpoint any = p2p::Endpoint::ipv4({}, node.address.port);
        start.udp = birth.knows_address ? node.address : any;
        start.tcp = start.udp;
        start.bootstrap = birth.sources;
        if (!birth.bootnodes.empty())
            start.bootstrap.push_back({.source = "given", .nodes = birth.bootnodes});
        start.saved = birth.saved;
        std::vector<discv5::Effect> effects;
        node.machine->open(start, now_, effects);
        carry_out(i, std::move(effects));
    }

    // Handles what comes next, if that is not after `end`.
    bool step(Time end) {
        Time next = end;
        std::optional<Index> due;
        for (Index i = 0; i < nodes_.size(); ++i) {
            if (!nodes_[i]->machine) continue;
            const auto wakeup = nodes_[i]->machine->next_wakeup();
            if (!wakeup || *wakeup > next || (due && *wakeup == next)) continue;
            next = *wakeup;
            due = i;
        }
        if (!flights_.empty() && flights_.begin()->first.first <= next) {
            now_ = std::max(now_, flights_.begin()->first.first);
            const Flight flight = std::move(flights_.begin()->second);
            flights_.erase(flights_.begin());
            arrive(flight);
            return true;
        }
        if (!due) return false;
        now_ = std::max(now_, next);
        ++wakeups_;
        std::vector<discv5::Effect> effects;
        nodes_[*due]->machine->handle_timer(now_, effects);
        carry_out(*due, std::move(effects));
        return true;
    }

    void arrive(const Flight& flight) {
        for (Index i = 0; i < nodes_.size(); ++i) {
            if (nodes_[i]->address != flight.datagram.to || !nodes_[i]->machine) continue;
            feed(i, discv5::DatagramReceived{nodes_[flight.from]->address, flight.datagram.bytes,
                                             flight.datagram.open});
            return;
        }
        outside(flight.from, flight.datagram);
    }

    void carry_out(Index i, std::vector<discv5::Effect> effects) {
        for (discv5::Effect& effect : effects) {
            auto* datagram = std::get_if<discv5::Datagram>(&effect);
            if (datagram == nullptr) {
                nodes_[i]->effects.push_back(std::move(effect));
                continue;
            }
            if (traced) {
                const Bytes contents = contents_of(*datagram);
                trace_.push_back(std::to_string(now_.time_since_epoch().count()) + " " +
                                 std::to_string(i) + ">" + to_string(datagram->to) + " " +
                                 std::string(contents.begin(), contents.end()));
            }
            bytes += datagram->open ? wire_bytes(*datagram->open) : datagram->bytes.size();
            post(i, *datagram);
            if (chance_.below(1'000) < repeated_per_mille) post(i, *datagram);
        }
    }

    static Bytes contents_of(const discv5::Datagram& datagram) {
        return datagram.open ? encode(datagram.open->message) : datagram.bytes;
    }

    void post(Index from, const discv5::Datagram& datagram) {
        if (chance_.below(1'000) < lost_per_mille) return;
        const auto spread = static_cast<std::uint64_t>((delay_max - delay_min).count()) + 1;
        const Duration delay =
            delay_min + Duration{static_cast<Duration::rep>(chance_.below(spread))};
        flights_.emplace(std::pair{now_ + delay, ++flights_sent_}, Flight{from, datagram});
    }

    SeededRandom chance_;
    std::uint64_t seed_;
    Time now_ = Time{std::chrono::hours{24 * 365 * 55}};
    std::vector<std::unique_ptr<Node>> nodes_;
    std::map<std::pair<Time, std::uint64_t>, Flight> flights_;
    std::uint64_t flights_sent_ = 0;
    std::size_t wakeups_ = 0;
    std::vector<std::string> trace_;
};

}  // namespace starling::test
