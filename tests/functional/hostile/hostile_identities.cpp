// One process that is many nodes: so many identities, each with an address of its own in one
// loopback /16, that live, tell of nobody but each other, call the victim and take its calls, and
// keep every block to themselves.
//
//     hostile_identities NETWORK GROUP PORT COUNT RECORD
//
// NETWORK as of starlingd; GROUP the first two numbers of the addresses (127.66); PORT that of all
// of them; RECORD the victim's. Says "ready" on a line of its own, then every second what it has,
// and ends with its input. It sends nothing to anybody else.

#include "functional/hostile/member.h"
#include "support/overlay_nodes.h"

#include <chrono>
#include <cstdio>
#include <exception>
#include <list>
#include <poll.h>
#include <set>
#include <string>
#include <sys/resource.h>

namespace starling::hostile {
namespace {

constexpr std::uint32_t kAddressesASubnet = 50;
// Who lost its connection calls again, and everybody shows itself, so often.
constexpr Duration kCallInterval = std::chrono::seconds{1};
constexpr Duration kPingInterval = std::chrono::seconds{2};
// Ours to the victim and of the victim, at most so many at a time.
constexpr std::size_t kLinksMax = 1'000;

Time now() {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return Time{std::chrono::duration_cast<Duration>(since)};
}

class Siege {
public:
    Siege(const Parameters& network, Shared<p2p::Record> victim)
        : network_(network), victim_(std::move(victim)) {}

    void add(std::uint32_t number, const std::string& group, std::uint16_t port) {
        const std::string address = group + "." + std::to_string(number / kAddressesASubnet) + "." +
                                    std::to_string(1 + number % kAddressesASubnet);
        const auto endpoint = p2p::parse_endpoint(address, port);
        if (!endpoint) throw std::runtime_error("no address: " + address);
        members_.push_back(std::make_unique<Member>(test::numbered_identity(7'000'000 + number),
                                                    *endpoint, network_));
    }

    // Until the input ends.
    void run() {
        std::puts("ready");
        std::fflush(stdout);
        while (turn()) {
        }
    }

private:
    bool turn() {
        std::vector<pollfd> watched{{.fd = 0, .events = POLLIN, .revents = 0}};
        for (const auto& member : members_) {
            watched.push_back({.fd = member->datagrams().fd(), .events = POLLIN, .revents = 0});
            watched.push_back({.fd = member->listener().fd(), .events = POLLIN, .revents = 0});
        }
        for (const Link& link : links_) {
            const int events = link.writes() ? POLLIN | POLLOUT : POLLIN;
            watched.push_back(
                {.fd = link.fd(), .events = static_cast<short>(events), .revents = 0});
        }
        ::poll(watched.data(), watched.size(), 50);
        if (watched[0].revents != 0) return false;
        serve_links(watched, 1 + 2 * members_.size());
        serve_members(watched);
        if (now() >= next_ping_) show_all();
        if (now() >= next_call_) call_all();
        return true;
    }

    void serve_members(const std::vector<pollfd>& watched) {
        for (std::size_t i = 0; i < members_.size(); ++i) {
            Member& member = *members_[i];
            if (watched[1 + 2 * i].revents != 0) member.receive(members_, now());
            if (watched[2 + 2 * i].revents == 0 || links_.size() >= kLinksMax) continue;
            if (auto socket = member.listener().accept())
                links_.emplace_back(member, *std::move(socket), network_);
        }
    }

    void serve_links(const std::vector<pollfd>& watched, std::size_t at) {
        for (auto link = links_.begin(); link != links_.end(); ++at) {
            const short happened = watched[at].revents;
            bool lives = (happened & POLLOUT) == 0 || link->write();
            if (lives && (happened & ~POLLOUT) != 0) lives = link->read(members_);
            link = lives ? std::next(link) : links_.erase(link);
        }
    }

    void show_all() {
        next_ping_ = now() + kPingInterval;
        for (const auto& member : members_) {
            member->tick(now());
            member->ping(*victim_, now());
        }
    }

    void call_all() {
        next_call_ = now() + kCallInterval;
        std::set<const Member*> called;
        std::size_t let_in = 0, taken = 0;
        for (const Link& link : links_) {
            if (link.dialled()) called.insert(&link.member());
            if (link.ready()) ++(link.dialled() ? let_in : taken);
        }
        std::printf("%zu let in, %zu taken\n", let_in, taken);
        std::fflush(stdout);
        for (const auto& member : members_) {
            if (!called.contains(member.get()) && links_.size() < kLinksMax)
                links_.emplace_back(*member, *victim_, network_);
        }
    }

    const Parameters& network_;
    const Shared<p2p::Record> victim_;
    Members members_;
    std::list<Link> links_;
    Time next_ping_, next_call_;
};

int run(const std::vector<std::string>& arguments) {
    if (arguments.size() != 5) {
        std::fputs("hostile_identities NETWORK GROUP PORT COUNT RECORD\n", stderr);
        return 2;
    }
    const Parameters* network = find_network(arguments[0]);
    const auto victim = p2p::Record::parse(arguments[4]);
    if (network == nullptr || !victim.ok() || !(*victim)->tcp() || !(*victim)->udp()) {
        std::fputs("no such network, or no whole record with an address\n", stderr);
        return 2;
    }
    const rlimit files{.rlim_cur = 4'096, .rlim_max = 4'096};
    ::setrlimit(RLIMIT_NOFILE, &files);
    Siege siege(*network, *victim);
    const auto port = static_cast<std::uint16_t>(std::stoul(arguments[2]));
    const auto count = static_cast<std::uint32_t>(std::stoul(arguments[3]));
    for (std::uint32_t i = 0; i < count; ++i)
        siege.add(i, arguments[1], port);
    siege.run();
    return 0;
}

}  // namespace
}  // namespace starling::hostile

int main(int argc, char** argv) {
    try {
        return starling::hostile::run({argv + 1, argv + argc});
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "%s\n", failure.what());
        return 1;
    }
}
