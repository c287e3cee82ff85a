#include "p2p/address_manager.h"
#include "p2p/eclipse_alarm.h"
#include "p2p/outbound_peers.h"
#include "sim/attack/overlay.h"
#include "sim/attack/sieges.h"
#include "sim/attack/surrounded_alarm.h"
#include "sim/environment.h"
#include "sim/hostile/crowd.h"
#include "sim/report/sample.h"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Marcus, Heilman and Goldberg (2018) against geth 1.6.6: two hosts with identities ground to fill
// a victim's buckets were all its peers after 34 of 51 restarts of an old node, and 44 of 50 of a
// young one. Here the same is tried on our machines, and on the same machines without limits by
// address, which dial straight from the table as that geth did. Beyond theirs: a young victim that
// begins with nodes of the attacker alone, who never tells of others. Nothing can save it but a
// person, so that it has to be told.

namespace starling::sim {

namespace {

namespace discv5 = p2p::discv5;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// What the authors did; more tells nothing new.
constexpr std::size_t kRestartsMax = 50;
constexpr std::size_t kHonest = 60;
// Eight buckets of sixteen: more than sixty honest nodes have. Grinding takes 2^8 tries for each of
// the nearest.
constexpr unsigned kFarthest = 256, kNearest = 249;
constexpr std::size_t kEach = 16;
constexpr Span kAttacked = minutes{5};  // of a restart
constexpr Span kYouth = hours{24};      // before the first, of an old victim
constexpr Span kPingInterval = seconds{2};
constexpr std::size_t kBootnodes = 4;
constexpr Span kWatched = minutes{30};  // of a victim that is surrounded
constexpr const char* kNotWatched = "not in 30 min";

enum class Rules { ours, none };
enum class Past { young, old, misled };

std::string_view to_string(Past past) {
    if (past == Past::old) return "old victim";
    return past == Past::young ? "young victim" : "young victim, bootstrap hostile";
}

const p2p::Endpoint kHosts[] = {p2p::Endpoint::ipv4({91, 7, 3, 1}, 1),
                                p2p::Endpoint::ipv4({203, 44, 9, 1}, 1)};

Parameters parameters_of(Rules rules) {
    Parameters parameters = simulated_network();
    if (rules == Rules::ours) return parameters;
    parameters.overlay.subnet_bucket_max = parameters.overlay.group_bucket_max = 16;
    parameters.overlay.subnet_table_max = parameters.overlay.group_table_max = 4'096;
    parameters.overlay.subnet_lookup_max = 4'096;
    parameters.overlay.ids_per_address_max = 4'096;
    return parameters;
}

discv5::Limits limits_of(Rules rules) {
    discv5::Limits limits;
    if (rules == Rules::none) limits.bucket_inbound_max = limits.bucket_nodes;
    return limits;
}

// Where connections went after one restart.
struct Outcome {
    std::size_t table = 0, hostile_table = 0;
    std::size_t proposed = 0, hostile_proposed = 0;
    std::size_t dialled = 0, hostile_dialled = 0;
    // From the dials of one that is surrounded on: until its alarm rings, and until it has an
    // honest peer. None while it was watched, or without an alarm.
    std::optional<Duration> detected, recovered;
    [[nodiscard]] bool surrounded() const { return dialled > 0 && dialled == hostile_dialled; }
};

class Siege {
public:
    Siege(std::uint64_t seed, Rules rules, std::size_t honest, Past past)
        : rules_(rules),
          past_(past),
          stream_(stream_of(seed, "kademlia monopoly")),
          parameters_(parameters_of(rules)),
          overlay_(seed, parameters_, limits_of(rules)),
          victim_{.identity = made_up_identity(stream_), .address = made_up_address(stream_)} {
        for (std::size_t i = 0; i < honest; ++i)
            begin_honest();
        overlay_.run_for(minutes{5});
        victim_.bootnodes = bootnodes_;
        begin_address_manager();
        if (past_ == Past::old) grow_old();
        make_crowd();
        if (past_ == Past::misled) mislead();
    }

    // The victim starts, is spoken to by all identities at once and looks for peers.
    Outcome restart() {
        const Overlay::Index at = overlay_.start(victim_);
        victim_at_ = at;
        const Span quiet = kAttacked - seconds{1};
        overlay_.run_for(quiet);
        Outcome outcome;
        std::vector<p2p::NodeId> table;
        for (const discv5::BucketView& bucket : overlay_[at].table().buckets()) {
            for (const discv5::TableNode& node : bucket.nodes)
                table.push_back(node.record->id());
        }
        outcome.table = table.size();
        outcome.hostile_table = hostile_of(table);
        std::set<p2p::NodeId> proposed;
        for (const p2p::Sighting& sighting : overlay_.found(at)) {
            proposed.insert(sighting.record->id());
            addresses_->propose(sighting, overlay_.clock());
        }
        outcome.proposed = proposed.size();
        outcome.hostile_proposed = hostile_of({proposed.begin(), proposed.end()});
        Peers peers;
        if (rules_ == Rules::ours)
            fill_of_addresses(peers);
        else
            peers.nodes = drawn_of(std::move(table));
        outcome.dialled = peers.nodes.size();
        outcome.hostile_dialled = hostile_of(peers.nodes);
        if (rules_ == Rules::ours && outcome.surrounded()) watch(at, peers, outcome);
        victim_at_.reset();
        // An old one keeps what it learnt, as it would on disk; a young one is new each time.
        Bytes saved = overlay_.stop(at);
        if (past_ == Past::old)
            victim_.saved = std::move(saved);
        else
            begin_address_manager();
        overlay_.run_for(seconds{30});
        return outcome;
    }

private:
    struct Peers {
        std::vector<p2p::NodeId> nodes;
        p2p::AddressManager::Excluded excluded;  // them, and their netgroups
        std::size_t group_first = 0;
    };

    void begin_honest() {
        const p2p::Identity identity = made_up_identity(stream_);
        const p2p::Endpoint address = made_up_address(stream_);
        const Overlay::Index at =
            overlay_.start({.identity = identity, .address = address, .bootnodes = bootnodes_});
        if (bootnodes_.size() < kBootnodes) bootnodes_.push_back(overlay_[at].record());
        overlay_.run_for(seconds{1});
    }

    void begin_address_manager() {
        addresses_ =
            std::make_unique<p2p::AddressManager>(parameters_, link_limits_, p2p::Pace{}, stream_);
    }

    // In peace.
    void grow_old() {
        const Overlay::Index at = overlay_.start(victim_);
        overlay_.run_for(kYouth);
        for (const p2p::Sighting& sighting : overlay_.found(at))
            addresses_->propose(sighting, overlay_.clock());
        Peers peers;
        fill_of_addresses(peers);
        victim_.saved = overlay_.stop(at);
    }

    void make_crowd() {
        std::vector<Disguise> members;
        std::uint16_t port = 1'024;
        for (const p2p::Identity& identity :
             ground_identities(victim_.identity.id, kFarthest, kNearest, kEach, stream_)) {
            p2p::Endpoint address = kHosts[members.size() % std::size(kHosts)];
            address.port = ++port;
            members.push_back({identity, record_at(identity, address)});
        }
        crowd_ = Crowd(std::move(members));
        overlay_.outside = [this](const p2p::Endpoint& at,
                                  const discv5::DatagramReceived& datagram) {
            for (discv5::Datagram& answer : crowd_.answer(datagram))
                overlay_.send(at, std::move(answer));
        };
        ping();
    }

    void mislead() {
        victim_.bootnodes.clear();
        for (std::size_t i = 0; i < kBootnodes; ++i)
            victim_.bootnodes.push_back(crowd_.members()[i].record);
    }

    void ping() {
        if (victim_at_) {
            for (std::size_t i = 0; i < crowd_.members().size(); ++i)
                overlay_.send(*crowd_.members()[i].record->udp(),
                              crowd_.ping(i, victim_.identity.id, victim_.address));
        }
        overlay_.after(kPingInterval, [this] { ping(); });
    }

    [[nodiscard]] std::size_t hostile_of(const std::vector<p2p::NodeId>& nodes) const {
        return static_cast<std::size_t>(
            std::ranges::count_if(nodes, [&](const auto& id) { return crowd_.contains(id); }));
    }

    // As OutboundPeers fills its slots: one a netgroup. Everybody whom it dials is there.
    void fill_of_addresses(Peers& peers) {
        const p2p::Netgroups netgroups;
        const Time later = overlay_.clock() + std::chrono::minutes{10};  // bootstrap nodes, too
        while (peers.nodes.size() < link_limits_.outbound_max()) {
            const p2p::Selection how = p2p::OutboundPeers::selection_after(
                peers.nodes.size(), peers.group_first, link_limits_.group_first_percent);
            const auto one = addresses_->draw(peers.excluded, later, how);
            if (!one) break;
            addresses_->connected(one->node, one->address, later);
            peers.group_first += how == p2p::Selection::group_first ? 1u : 0u;
            peers.nodes.push_back(one->node);
            peers.excluded.nodes.insert(one->node);
            peers.excluded.netgroups.insert(netgroups.of(one->address));
        }
    }

    // The surrounded victim looks at its alarm, and dials whom else discovery tells of: the alarm
    // goes on as if that had been nobody.
    void watch(Overlay::Index at, Peers peers, Outcome& outcome) {
        SurroundedAlarm alarm;
        p2p::EclipseSigns signs = signs_of(peers);
        for (Duration since{0}; since < kWatched; since += SurroundedAlarm::kLook) {
            signs.density = overlay_[at].figures().density;
            alarm.look(signs, since);
            if (!outcome.recovered && recovers(at, peers)) outcome.recovered = since;
            if (alarm.rang() && outcome.recovered) break;
            overlay_.run_for(SurroundedAlarm::kLook);
        }
        outcome.detected = alarm.rang();
    }

    // As Gossip sees them.
    [[nodiscard]] p2p::EclipseSigns signs_of(const Peers& peers) const {
        const std::size_t wanted = link_limits_.outbound_max();
        const std::size_t known = addresses_->netgroups_beside({});
        return {.outbound = peers.nodes.size(),
                .netgroups = peers.excluded.netgroups.size(),
                .wanted = wanted,
                .netgroups_wanted = p2p::netgroups_wanted(wanted, known)};
    }

    bool recovers(Overlay::Index at, Peers& peers) {
        for (const p2p::Sighting& sighting : overlay_.found(at))
            addresses_->propose(sighting, overlay_.clock());
        fill_of_addresses(peers);
        return hostile_of(peers.nodes) < peers.nodes.size();
    }

    // As many, of which the table alone decides.
    std::vector<p2p::NodeId> drawn_of(std::vector<p2p::NodeId> table) {
        const std::size_t count = std::min(link_limits_.outbound_max(), table.size());
        for (std::size_t i = 0; i < count; ++i)
            std::swap(table[i], table[i + stream_.below(table.size() - i)]);
        table.resize(count);
        return table;
    }

    const Rules rules_;
    const Past past_;
    Stream stream_;
    const Parameters parameters_;
    const p2p::Limits link_limits_{};
    Overlay overlay_;
    std::vector<Shared<p2p::Record>> bootnodes_;
    Overlay::Birth victim_;
    std::optional<Overlay::Index> victim_at_;
    std::unique_ptr<p2p::AddressManager> addresses_;
    Crowd crowd_;
};

// Half of those that are surrounded wait no longer.
class Waits {
public:
    void add(const std::optional<Duration>& wait) { sample_.add(wait ? Span{*wait} : kWatched); }
    [[nodiscard]] Figure figure(std::string name, Rules rules) const {
        if (rules == Rules::none) return Figure::none(std::move(name), "-");
        if (sample_.count() == 0) return Figure::none(std::move(name), "never surrounded");
        const Span half = sample_.quantiles().p50;
        if (half >= kWatched) return Figure::none(std::move(name), kNotWatched);
        return Figure::time(std::move(name), half);
    }

private:
    Sample sample_;
};

AttackRow besieged(const AttackOptions& options, Rules rules, Past past) {
    const std::size_t honest = options.honest == 0 ? kHonest : options.honest;
    const std::size_t restarts = std::min(options.restarts, kRestartsMax);
    Siege siege(options.seed, rules, honest, past);
    Outcome sum;
    std::size_t all = 0, any = 0;
    Waits detected, recovered;
    for (std::size_t i = 0; i < restarts; ++i) {
        const Outcome one = siege.restart();
        sum.table += one.table;
        sum.hostile_table += one.hostile_table;
        sum.proposed += one.proposed;
        sum.hostile_proposed += one.hostile_proposed;
        sum.dialled += one.dialled;
        sum.hostile_dialled += one.hostile_dialled;
        any += one.hostile_dialled > 0 ? 1u : 0u;
        if (!one.surrounded()) continue;
        ++all;
        detected.add(one.detected);
        recovered.add(one.recovered);
    }
    return {.setting = std::to_string(honest) + " honest, 2 hosts x 64 identities, " +
                       std::string(to_string(past)),
            .rules = rules == Rules::ours ? "Starling" : "no limits, dials from its table",
            .figures = {Figure::share("of the table", sum.hostile_table, sum.table),
                        Figure::share("of nodes proposed", sum.hostile_proposed, sum.proposed),
                        Figure::share("of outbound", sum.hostile_dialled, sum.dialled),
                        Figure::share("all outbound", all, restarts),
                        Figure::share("any outbound", any, restarts),
                        detected.figure("detected", rules), recovered.figure("recovered", rules)}};
}

}  // namespace

void kademlia_monopoly(const AttackOptions& options, const TellRow& tell) {
    for (const Past past : {Past::young, Past::old, Past::misled}) {
        for (const Rules rules : {Rules::none, Rules::ours})
            tell(besieged(options, rules, past));
    }
}

}  // namespace starling::sim
