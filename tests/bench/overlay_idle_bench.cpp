// What discovery costs where a process holds many nodes: memory a machine, and how much faster than
// real time an idle network runs. `overlay_idle_bench [nodes] [minutes]`.
#include "p2p/discovery/discovery.h"
#include "p2p/discovery/open_packet.h"
#include "support/public_network.h"
#include "support/seeded_random.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <malloc.h>
#include <memory>
#include <optional>
#include <queue>
#include <string>
#include <time.h>
#include <vector>

namespace {

using namespace starling;
using namespace starling::p2p;
using namespace std::chrono_literals;

constexpr std::size_t kNodes = 1'000;
constexpr long kMinutes = 30;
constexpr Duration kJoinSpan = 60s;      // over which nodes join
constexpr Duration kSettleSpan = 10min;  // then: until tables are full

double cpu_seconds() {
    timespec at{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &at);
    return static_cast<double>(at.tv_sec) + static_cast<double>(at.tv_nsec) / 1e9;
}

std::size_t heap_bytes() {
    const auto info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

// Machines on one network of open packets that takes 20 to 60 ms and loses nothing.
class World {
public:
    explicit World(std::size_t size) : nodes_(size) {
        for (std::size_t i = 0; i < size; ++i)
            nodes_[i].identity = identity_of(i);
    }

    void join(std::size_t i, Duration after) { events_.push({now_ + after, ++serial_, i, kJoin}); }
    void run_for(Duration duration) {
        const Time end = now_ + duration;
        while (!events_.empty() && events_.top().at <= end) {
            const Event event = events_.top();
            events_.pop();
            now_ = event.at;
            happen(event);
        }
        now_ = end;
    }

    [[nodiscard]] const discv5::Discovery& machine(std::size_t i) const {
        return *nodes_[i].machine;
    }
    std::uint64_t wakeups = 0, datagrams = 0, bytes = 0;

private:
    // An event's payload: a join, a wake-up, or else the place of a datagram among flights_.
    static constexpr std::uint32_t kJoin = ~0u, kWake = kJoin - 1;
    struct Node {
        Identity identity;
        std::unique_ptr<test::SeededRandom> random;
        std::unique_ptr<discv5::Discovery> machine;
        std::optional<Time> wakes;  // the earliest event that is on the heap for it
    };
    struct Event {
        Time at;
        std::uint64_t serial = 0;
        std::size_t node = 0;
        std::uint32_t payload = 0;
        bool operator<(const Event& other) const {
            return at != other.at ? at > other.at : serial > other.serial;
        }
    };

    static Identity identity_of(std::size_t i) {
        test::SeededRandom random(i + 1);
        SecretKey secret{};
        for (auto& byte : secret)
            byte = static_cast<std::uint8_t>(random.next());
        return *Identity::from(secret);
    }
    // Each in a /24 of its own.
    static Endpoint address_of(std::size_t i) {
        return Endpoint::ipv4(
            {static_cast<std::uint8_t>(20 + i / 65'536), static_cast<std::uint8_t>(i / 256 % 256),
             static_cast<std::uint8_t>(i % 256), 1},
            9'000);
    }
    static std::size_t node_at(const Endpoint& address) {
        const auto& bytes = address.address;
        return (bytes[12] - 20u) * 65'536u + bytes[13] * 256u + bytes[14];
    }

    void happen(const Event& event) {
        Node& node = nodes_[event.node];
        effects_.clear();
        if (event.payload == kJoin) {
            open(event.node);
        } else if (event.payload == kWake) {
            if (node.wakes != event.at) return;
            node.wakes.reset();
            if (const auto due = node.machine->next_wakeup(); due && *due <= now_) {
                ++wakeups;
                node.machine->handle_timer(now_, effects_);
            }
        } else {
            Flight flight = std::move(flights_[event.payload]);
            free_.push_back(event.payload);
            if (!node.machine) return;
            ++datagrams;
            node.machine->handle(
                discv5::DatagramReceived{address_of(flight.from), {}, std::move(flight.packet)},
                now_, effects_);
        }
        carry_out(event.node);
    }

    void open(std::size_t i) {
        Node& node = nodes_[i];
        node.random = std::make_unique<test::SeededRandom>(i * 7'919);
        node.machine = std::make_unique<discv5::Discovery>(test::public_network(), node.identity,
                                                           discv5::Limits{}, *node.random,
                                                           discv5::WireKind::open);
        discv5::Start start{.udp = address_of(i), .tcp = address_of(i)};
        start.bootstrap.emplace_back();
        for (std::size_t boot = 0; boot < std::min<std::size_t>(4, i); ++boot)
            start.bootstrap.front().nodes.push_back(nodes_[boot].machine->record());
        node.machine->open(start, now_, effects_);
    }

    void carry_out(std::size_t i) {
        for (discv5::Effect& effect : effects_) {
            auto* datagram = std::get_if<discv5::Datagram>(&effect);
            if (datagram == nullptr) continue;
            bytes += wire_bytes(*datagram->open);
            const Duration delay = 20ms + Duration{static_cast<Duration::rep>(chance_.below(41))};
            events_.push({now_ + delay, ++serial_, node_at(datagram->to),
                          place(Flight{i, std::move(datagram->open)})});
        }
        effects_.clear();
        Node& node = nodes_[i];
        const auto next = node.machine->next_wakeup();
        if (!next || (node.wakes && *node.wakes <= *next)) return;
        node.wakes = std::max(*next, now_);
        events_.push({*node.wakes, ++serial_, i, kWake});
    }

    struct Flight {
        std::size_t from = 0;
        Shared<discv5::OpenPacket> packet;
    };
    std::uint32_t place(Flight flight) {
        if (free_.empty()) {
            flights_.push_back(std::move(flight));
            return static_cast<std::uint32_t>(flights_.size() - 1);
        }
        const std::uint32_t at = free_.back();
        free_.pop_back();
        flights_[at] = std::move(flight);
        return at;
    }

    test::SeededRandom chance_{1};
    Time now_{std::chrono::hours{24 * 365 * 55}};
    std::vector<Node> nodes_;
    std::priority_queue<Event> events_;
    std::uint64_t serial_ = 0;
    std::vector<Flight> flights_;
    std::vector<std::uint32_t> free_;
    std::vector<discv5::Effect> effects_;
};

void report(World& world, std::size_t nodes, Duration span, const char* what) {
    const std::uint64_t wakeups = world.wakeups, datagrams = world.datagrams, bytes = world.bytes;
    const double before = cpu_seconds();
    world.run_for(span);
    const double cpu = cpu_seconds() - before;
    const double seconds = std::chrono::duration<double>(span).count();
    const double node_seconds = seconds * static_cast<double>(nodes);
    const auto a_node = [&](std::uint64_t now, std::uint64_t then) {
        return static_cast<double>(now - then) / node_seconds;
    };
    std::printf(
        "%s: %.0f virtual seconds a CPU second, %.2f us a node and second; "
        "a node and second %.3f wake-ups, %.3f datagrams, %.1f bytes\n",
        what, seconds / cpu, cpu * 1e6 / node_seconds, a_node(world.wakeups, wakeups),
        a_node(world.datagrams, datagrams), a_node(world.bytes, bytes));
    std::fflush(stdout);
}

void report_memory(const World& world, std::size_t nodes, std::size_t before) {
    std::size_t entries = 0, replacements = 0, sessions = 0;
    for (std::size_t i = 0; i < nodes; ++i) {
        const discv5::Discovery& machine = world.machine(i);
        entries += machine.table().size();
        for (const auto& bucket : machine.table().buckets())
            replacements += bucket.replacements;
        sessions += machine.figures().sessions;
    }
    std::printf(
        "memory: %zu bytes a machine; %zu nodes in its table, %zu replacements, "
        "%zu sessions\n",
        (heap_bytes() - before) / nodes, entries / nodes, replacements / nodes, sessions / nodes);
}

}  // namespace

int main(int count, char** arguments) {
    const std::size_t nodes = count > 1 ? std::strtoul(arguments[1], nullptr, 10) : kNodes;
    const long minutes =
        count > 2 ? std::max(1L, std::strtol(arguments[2], nullptr, 10)) : kMinutes;
    World world(nodes);
    const std::size_t before = heap_bytes();
    for (std::size_t i = 0; i < nodes; ++i)
        world.join(i,
                   kJoinSpan * static_cast<Duration::rep>(i) / static_cast<Duration::rep>(nodes));
    report(world, nodes, kJoinSpan, "joining");
    report(world, nodes, kSettleSpan, "settling");
    report_memory(world, nodes, before);
    report(world, nodes, std::chrono::minutes{minutes}, "idle");
    report_memory(world, nodes, before);
}
