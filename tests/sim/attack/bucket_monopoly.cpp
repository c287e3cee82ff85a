#include "sim/attack/overlay.h"
#include "sim/attack/sieges.h"
#include "sim/environment.h"
#include "sim/hostile/crowd.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

// The eclipse plan of discv5-testground: one victim, one honest node and eighteen of an attacker's,
// all of one bucket. The attacker's speak to the victim first and go on doing so; the honest node
// joins, the victim hears of it, and it has to be in the bucket at the end. With all places open to
// who speaks first ("Table full") it is not.
//
// Beyond that plan: an attacker who also answers lookups with his identities, so that they are
// found and not only heard. Where they have as many netgroups as the bucket has places, a node that
// comes later waits among the replacements until one of them fails: who is alone with an attacker
// of more netgroups than others have cannot be helped by limits. A node that was there is not
// displaced.

namespace starling::sim {

namespace {

namespace discv5 = p2p::discv5;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::size_t kHostile = 18;
constexpr unsigned kDistance = 256;  // of all of them from the victim: half of all ids are there
constexpr Span kLead = seconds{60};  // of the attacker
constexpr Span kStay = minutes{10};
constexpr Span kPingInterval = seconds{5};

// Whose addresses the attacker has.
enum class Spread { groups, subnets, address };
enum class Bucket { ours, open };

struct Case {
    std::string_view text;
    Spread spread = Spread::groups;
    bool mute = false;          // the identities tell of nobody
    bool honest_first = false;  // else it joins when the bucket is full
};
constexpr Case kCases[] = {
    {.text = "18 netgroups, they only speak", .spread = Spread::groups, .mute = true},
    {.text = "18 netgroups, found in lookups", .spread = Spread::groups},
    {.text = "the same, honest one was first", .spread = Spread::groups, .honest_first = true},
    {.text = "one /16, found in lookups", .spread = Spread::subnets},
    {.text = "one address, found in lookups", .spread = Spread::address}};

p2p::Endpoint address_of(Spread spread, std::size_t member) {
    const auto n = static_cast<std::uint8_t>(member);
    if (spread == Spread::groups) return p2p::Endpoint::ipv4({90, n, 1, 1}, 9'000);
    if (spread == Spread::subnets) return p2p::Endpoint::ipv4({90, 1, n, 1}, 9'000);
    return p2p::Endpoint::ipv4({90, 1, 1, 1}, static_cast<std::uint16_t>(9'000 + member));
}

discv5::Limits limits_of(Bucket bucket) {
    discv5::Limits limits;
    if (bucket == Bucket::open) limits.bucket_inbound_max = limits.bucket_nodes;
    return limits;
}

struct Outcome {
    bool honest_stays = false;
    std::size_t nodes = 0, hostile = 0;
};

class Siege {
public:
    Siege(std::uint64_t seed, const Case& how, Bucket bucket)
        : case_(how),
          stream_(stream_of(seed, "bucket monopoly")),
          overlay_(seed, simulated_network(), limits_of(bucket)),
          victim_{.identity = made_up_identity(stream_),
                  .address = p2p::Endpoint::ipv4({80, 1, 1, 1}, 9'000)} {
        std::vector<Disguise> members;
        auto identities =
            ground_identities(victim_.identity.id, kDistance, kDistance, kHostile + 1, stream_);
        honest_ = {.identity = identities.back(),
                   .address = p2p::Endpoint::ipv4({81, 1, 1, 1}, 9'000)};
        identities.pop_back();
        for (const p2p::Identity& identity : identities)
            members.push_back(
                {identity, record_at(identity, address_of(case_.spread, members.size()))});
        crowd_ = Crowd(std::move(members));
        overlay_.outside = [this](const p2p::Endpoint& at,
                                  const discv5::DatagramReceived& datagram) {
            for (discv5::Datagram& answer : crowd_.answer(datagram, case_.mute))
                overlay_.send(at, std::move(answer));
        };
    }

    Outcome run() {
        const Overlay::Index victim = overlay_.start(victim_);
        if (case_.honest_first) join(victim);
        if (case_.honest_first) overlay_.run_for(kLead);
        ping();
        overlay_.run_for(kLead);
        if (!case_.honest_first) join(victim);
        overlay_.run_for(kStay);
        Outcome outcome;
        for (const discv5::BucketView& view : overlay_[victim].table().buckets()) {
            for (const discv5::TableNode& node : view.nodes) {
                ++outcome.nodes;
                outcome.hostile += crowd_.contains(node.record->id()) ? 1u : 0u;
                outcome.honest_stays |= node.record->id() == honest_.identity.id;
            }
        }
        return outcome;
    }

private:
    void join(Overlay::Index victim) {
        honest_.bootnodes = {overlay_[victim].record()};
        const Overlay::Index honest = overlay_.start(honest_);
        // By whoever tells of nodes: a peer's records, a lookup, a bootstrap list.
        overlay_.tell(victim, discv5::NodeHeard{{.record = overlay_[honest].record(),
                                                 .origin = p2p::Origin::gossiped,
                                                 .source = honest_.address}});
    }

    void ping() {
        for (std::size_t i = 0; i < crowd_.members().size(); ++i)
            overlay_.send(*crowd_.members()[i].record->udp(),
                          crowd_.ping(i, victim_.identity.id, victim_.address));
        overlay_.after(kPingInterval, [this] { ping(); });
    }

    const Case& case_;
    Stream stream_;
    Overlay overlay_;
    Overlay::Birth victim_, honest_;
    Crowd crowd_;
};

AttackRow besieged(const AttackOptions& options, const Case& how, Bucket bucket) {
    std::size_t stays = 0, nodes = 0, hostile = 0;
    for (std::size_t i = 0; i < options.restarts; ++i) {
        const Outcome one = Siege(seed_of(options.seed, "trial", i), how, bucket).run();
        stays += one.honest_stays ? 1u : 0u;
        nodes += one.nodes;
        hostile += one.hostile;
    }
    return {.setting = std::string(how.text),
            .rules = bucket == Bucket::ours ? "Starling" : "no limit of inbound",
            .figures = {Figure::share("of the bucket", hostile, nodes),
                        Figure::share("honest node is kept out", options.restarts - stays,
                                      options.restarts)}};
}

}  // namespace

void bucket_monopoly(const AttackOptions& options, const TellRow& tell) {
    for (const Case& how : kCases) {
        for (const Bucket bucket : {Bucket::open, Bucket::ours})
            tell(besieged(options, how, bucket));
    }
}

}  // namespace starling::sim
